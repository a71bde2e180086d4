-- What promises are tried on, in a schema that has the user's name, which PostgreSQL looks into first.
create schema {user};

-- Three notes of acme, four of globex, and who asks sees their own.
create table {user}.note (
  id int generated always as identity primary key,
  organization_id text not null,
  text text
);

insert into {user}.note (organization_id, text)
select {acme}, 'of acme' from generate_series(1, 3)
 union all
select {globex}, 'of globex' from generate_series(1, 4);

alter table {user}.note enable row level security;

create policy own on {user}.note
  using (organization_id = nullif(current_setting({setting}, true), ''));

-- Everybody's, with no row security: a row says for whom it was written, where a policy would only refuse it.
create table {user}.entry (
  id int generated always as identity primary key,
  text text,
  seen text default current_setting({setting}, true)
);

-- What is called, and tells whom it was called for.
create function {user}.organization() returns text language sql as $$
  select current_setting({setting}, true)
$$;

grant usage on schema {user} to {user};
grant all on all tables in schema {user} to {user};
grant execute on function {user}.organization() to {user};

-- A role to assume, and what a session may leave behind.
grant {role} to {user};
grant temporary on database {database} to {user};
