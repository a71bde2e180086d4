-- A user's sessions lie far apart, and so do an organization's; the later in the table, the newer.
insert into user_sessions (session_token, ip_address, user_agent, user_id, created_at, expires_at)
select
  md5('session ' || n),
  '192.0.2.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  md5('user ' || (1 + n % users))::uuid,
  timestamptz '2026-01-01 00:00:00+00' + n * interval '1 second',
  timestamptz '2026-02-01 00:00:00+00' + n * interval '1 second'
from (select ?::int as users) as given, generate_series(?, ?) as n;
