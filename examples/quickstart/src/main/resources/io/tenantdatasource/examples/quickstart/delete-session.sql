-- Logging somebody out.
delete from user_sessions
where id = ?;
