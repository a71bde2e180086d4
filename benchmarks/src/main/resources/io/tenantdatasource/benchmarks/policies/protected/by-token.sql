select * from user_sessions where session_token = ?
