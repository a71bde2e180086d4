copy user_sessions (
  id, session_token, ip_address, user_agent, user_id, created_at, last_seen_at, expires_at
) from stdin;
