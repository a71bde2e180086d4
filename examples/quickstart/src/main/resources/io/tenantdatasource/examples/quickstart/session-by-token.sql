-- What each request of a web application does first.
select user_sessions.id, users.name, user_sessions.ip_address
from user_sessions
join users on users.id = user_sessions.user_id
where user_sessions.session_token = ?;
