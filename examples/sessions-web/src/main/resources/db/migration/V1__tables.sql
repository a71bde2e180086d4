-- What the review found: a table of sessions with plain tokens in it, and nothing that tells organizations apart. The
-- migrations after this one, which are Java (class Protection), close it.

create table organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null
);

create table users (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  email text not null,
  name text not null,
  password_hash text not null,
  role text not null check (role in ('USER', 'ADMIN'))
);

-- An address is one user's, in whichever organization: it is what people log in with.
create unique index users_email_key on users (lower(email));
create index on users (organization_id);

create table user_sessions (
  id uuid primary key default gen_random_uuid(),
  session_token text not null unique,
  user_id uuid not null references users on delete cascade,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
