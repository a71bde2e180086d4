-- The tables of the review that this project grew from, without any row-level security.
create table organizations (
  id uuid primary key,
  name text not null
);

create table users (
  id uuid primary key,
  organization_id uuid not null references organizations,
  email text not null unique,
  name text not null
);

create index idx_users_organization on users (organization_id);

create table user_sessions (
  id uuid primary key,
  session_token text not null,
  ip_address text,
  user_agent text,
  user_id uuid references users (id) on delete cascade,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null
);

create unique index idx_sessions_token_unique on user_sessions (session_token);
create index idx_sessions_user on user_sessions (user_id);

-- What an application usually gets, and all that a thief needs.
grant select on organizations, users to :"role";
grant select, insert, update, delete on user_sessions to :"role";
