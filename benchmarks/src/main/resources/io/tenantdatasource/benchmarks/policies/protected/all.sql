select * from user_sessions
