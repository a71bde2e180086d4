-- The sessions of people, by their tokens; the policies come on top.
create table users (
    id uuid primary key,
    organization_id uuid not null
);

create table user_sessions (
    id bigint generated always as identity primary key,
    user_id uuid not null references users (id),
    session_token text not null unique,
    expires_at timestamptz not null
);

grant select on users to authenticated;
grant select, insert, update, delete on user_sessions to authenticated;
