delete from user_sessions where session_token_hash = :hash
