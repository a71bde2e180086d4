select * from user_sessions order by created_at desc limit 20
