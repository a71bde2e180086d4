-- Logging in as somebody.
insert into user_sessions (id, session_token, user_id, created_at, last_seen_at, expires_at)
values (?, ?, ?, now(), now(), now() + interval '30 days');
