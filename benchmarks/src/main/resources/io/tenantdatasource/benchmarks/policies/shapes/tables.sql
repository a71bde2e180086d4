-- Tables one, two, three and four foreign keys away from the one that names its organization, and users who are members.
create schema :"schema";

set local search_path = :"schema";

create table organizations (id uuid primary key);

create table projects (
  id bigint primary key,
  organization_id uuid not null references organizations,
  note text not null
);

create table tasks (id bigint primary key, parent_id bigint not null references projects, note text not null);

create table comments (id bigint primary key, parent_id bigint not null references tasks, note text not null);

create table files (id bigint primary key, parent_id bigint not null references comments, note text not null);

create table pages (id bigint primary key, parent_id bigint not null references files, note text not null);

create table users (id bigint primary key, note text not null);

create table members (
  organization_id uuid not null references organizations,
  user_id bigint not null references users,
  primary key (user_id, organization_id)
);

create table logins (id bigint primary key, parent_id bigint not null references users, note text not null);

create index on projects (organization_id);

create index on tasks (parent_id);

create index on comments (parent_id);

create index on files (parent_id);

create index on pages (parent_id);

create index on members (organization_id);

create index on logins (parent_id);

grant usage on schema :"schema" to :"application";

grant select on all tables in schema :"schema" to :"application";
