-- No organization in sight, as in any query that somebody forgot a where clause in.
select count(*)
from user_sessions;
