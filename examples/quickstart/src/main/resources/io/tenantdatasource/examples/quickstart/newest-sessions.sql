-- The page of a list.
select id
from user_sessions
order by created_at desc, id
limit ?;
