select * from user_sessions where user_id = ?::uuid
