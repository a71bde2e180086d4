-- Run as the owner, before there are policies: to whom each session belongs, whatever anybody is shown later.
select user_sessions.id, user_sessions.session_token, user_sessions.user_id, users.organization_id
from user_sessions
join users on users.id = user_sessions.user_id
order by user_sessions.id;
