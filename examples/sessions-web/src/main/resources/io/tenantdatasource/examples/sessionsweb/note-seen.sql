-- The condition again: of requests at the same time one writes.
update user_sessions
set last_seen_at = now(), ip_address = :ip
where id = :id
  and last_seen_at < now() - interval '1 minute'
