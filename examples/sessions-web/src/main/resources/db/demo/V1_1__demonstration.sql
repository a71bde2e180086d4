-- Users and sessions of the demonstration, as they were before anything was protected: with plain tokens, which the
-- migrations after this one turn into hashes. Nobody knows these tokens. The passwords are printed on the log-in page.

insert into organizations (id, name) values
  ('aaaaaaaa-0000-4000-8000-00000000000a', 'Acme'),
  ('99999999-0000-4000-8000-00000000000a', 'Globex');

insert into users (id, organization_id, email, name, role, password_hash) values
  ('aaaaaaaa-0000-4000-8000-0000000000a1', 'aaaaaaaa-0000-4000-8000-00000000000a', 'anna@acme.example', 'Anna', 'ADMIN',
    '{bcrypt}$2a$10$kXF9fkQ5URI63BQ041XfwuXQt9m6wzpcDkP7d0viwn78NRiTt3TMa'),
  ('aaaaaaaa-0000-4000-8000-0000000000b1', 'aaaaaaaa-0000-4000-8000-00000000000a', 'ben@acme.example', 'Ben', 'USER',
    '{bcrypt}$2a$10$YYgv.Fd6r9xtkl3XN6C.W.z/Am01.CmoVnaBZlYlAKi5pl43lFebO'),
  ('99999999-0000-4000-8000-0000000000a1', '99999999-0000-4000-8000-00000000000a', 'greta@globex.example', 'Greta', 'ADMIN',
    '{bcrypt}$2a$10$jS0vL2ZcKVI2u6yoykmBz.80Gp22aW3FZqtrxICeLu1Sz18sSph9e'),
  ('99999999-0000-4000-8000-0000000000b1', '99999999-0000-4000-8000-00000000000a', 'gus@globex.example', 'Gus', 'USER',
    '{bcrypt}$2a$10$FWzakjVzN7Odrb5wZieboeD9BOcEMerYjWp/4K0degD/IpX4sklFK');

insert into user_sessions (id, session_token, user_id, ip_address, user_agent, created_at, last_seen_at, expires_at)
select
  id, gen_random_uuid()::text || gen_random_uuid()::text, user_id, ip_address, user_agent,
  now() - seen - interval '3 days', now() - seen, now() + interval '14 days'
from (values
  ('aaaaaaaa-0000-4000-8000-000000000001'::uuid, 'aaaaaaaa-0000-4000-8000-0000000000a1'::uuid, '203.0.113.7', interval '3 hours',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'),
  ('aaaaaaaa-0000-4000-8000-000000000002', 'aaaaaaaa-0000-4000-8000-0000000000b1', '203.0.113.40', interval '25 minutes',
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'),
  ('aaaaaaaa-0000-4000-8000-000000000003', 'aaaaaaaa-0000-4000-8000-0000000000b1', '198.51.100.9', interval '2 days',
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36'),
  ('99999999-0000-4000-8000-000000000001', '99999999-0000-4000-8000-0000000000a1', '192.0.2.18', interval '1 hour',
    'Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'),
  ('99999999-0000-4000-8000-000000000002', '99999999-0000-4000-8000-0000000000b1', '192.0.2.77', interval '9 hours',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0')
) as old (id, user_id, ip_address, seen, user_agent);
