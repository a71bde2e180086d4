-- The organization is filled in by a trigger, and right by a foreign key.
insert into user_sessions (user_id, session_token_hash, ip_address, user_agent, expires_at)
values (:user, :hash, :ip, :agent, now() + make_interval(days => :days))
