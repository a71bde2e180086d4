-- The tables of the review that this project grew from, in a schema for each protection. The keys and indexes come when
-- the rows are there, which is faster.
create schema :"schema";

create table users (
  id uuid not null,
  organization_id uuid not null,
  email text not null
);

create table user_sessions (
  id uuid not null default gen_random_uuid(),
  session_token text not null,
  ip_address text,
  user_agent text,
  user_id uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

-- All that the application needs to read; the policies take away from it.
grant usage on schema :"schema" to :"application";
grant select on user_sessions to :"application";
grant select (id, organization_id) on users to :"application";
