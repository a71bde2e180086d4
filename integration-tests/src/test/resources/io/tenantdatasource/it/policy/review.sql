-- The tables of the review, with two organizations in them. Run as their owner.

create table users (
  id uuid primary key,
  organization_id uuid not null,
  email text not null
);

create index users_organization on users (organization_id);

create table user_sessions (
  id uuid primary key default gen_random_uuid(),
  session_token text not null,
  ip_address text,
  user_agent text,
  user_id uuid references users (id) on delete cascade,
  expires_at timestamptz not null default now() + interval '1 day'
);

create unique index idx_sessions_token_unique on user_sessions (session_token);
create index idx_sessions_user on user_sessions (user_id);

insert into users (id, organization_id, email) values
  ('a11ce000-0000-4000-8000-000000000000', 'ac3e0000-0000-4000-8000-000000000001', 'alice@acme.example'),
  ('b0b00000-0000-4000-8000-000000000000', 'ac3e0000-0000-4000-8000-000000000001', 'bob@acme.example'),
  ('ca401000-0000-4000-8000-000000000000', '610be000-0000-4000-8000-000000000002', 'carol@globex.example');

insert into user_sessions (session_token, user_id, ip_address, expires_at) values
  ('alice-phone', 'a11ce000-0000-4000-8000-000000000000', '192.0.2.1', now() + interval '1 day'),
  ('alice-old', 'a11ce000-0000-4000-8000-000000000000', '192.0.2.1', now() - interval '1 day'),
  ('bob-laptop', 'b0b00000-0000-4000-8000-000000000000', '192.0.2.2', now() + interval '1 day'),
  ('carol-laptop', 'ca401000-0000-4000-8000-000000000000', '198.51.100.1', now() + interval '1 day'),
  ('carol-old', 'ca401000-0000-4000-8000-000000000000', '198.51.100.1', now() - interval '1 day'),
  ('nobody', null, '203.0.113.1', now() - interval '1 day');

-- The planner asks its statistics, and evaluates what it can for that.
analyze users, user_sessions;
