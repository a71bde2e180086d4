delete from user_sessions where id = :id
