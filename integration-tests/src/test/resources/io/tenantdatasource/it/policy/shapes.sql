-- A product's schema with each way that rows reach their organization by. Run as the owner of the tables.

create table organizations (
  id uuid primary key,
  name text not null,
  parent_id uuid references organizations (id)
);

create table countries (code text primary key);

-- Users of several organizations, and what names nothing but a user.
create table users (
  id uuid primary key,
  email text not null unique,
  country text references countries (code)
);

create table memberships (
  organization_id uuid not null references organizations (id),
  user_id uuid not null references users (id) on delete cascade,
  invited_by uuid references users (id),
  primary key (organization_id, user_id)
);

create index on memberships (user_id);

create table user_sessions (
  id bigint generated always as identity primary key,
  user_id uuid not null references users (id) on delete cascade,
  token text not null
);

-- A column of its own.
create table workspaces (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  name text not null,
  created_by uuid references users (id)
);

create index on workspaces (organization_id);

create table api_keys (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  name text not null,
  workspace_id uuid references workspaces (id)
);

-- Two parents of which both belong to tenants.
create table api_key_workspaces (
  api_key_id uuid not null references api_keys (id),
  workspace_id uuid not null references workspaces (id),
  primary key (api_key_id, workspace_id)
);

-- Four keys away.
create table surveys (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  name text not null
);

create table questions (
  id uuid primary key,
  survey_id uuid not null references surveys (id),
  follows uuid references questions (id) deferrable
);

create table choices (
  id uuid primary key,
  question_id uuid not null references questions (id),
  label text not null
);

create table translations (
  choice_id uuid not null references choices (id),
  country text not null references countries (code),
  label text not null,
  primary key (choice_id, country)
);

-- Either a survey's or a workspace's.
create table attachments (
  id uuid primary key,
  survey_id uuid references surveys (id),
  workspace_id uuid references workspaces (id)
);

-- A circle: each names the other, and one of them leads out of it.
create table folders (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id),
  cover_id uuid
);

create table documents (
  id uuid primary key,
  folder_id uuid not null references folders (id),
  copied_from uuid references documents (id)
);

alter table folders add foreign key (cover_id) references documents (id);

-- Everybody's, where they are nobody's.
create table templates (
  id uuid primary key,
  organization_id uuid references organizations (id),
  name text not null
);

create table template_steps (
  id uuid primary key,
  template_id uuid not null references templates (id)
);

-- Partitions.
create table events (
  id bigint generated always as identity,
  workspace_id uuid not null references workspaces (id),
  happened_on date not null
) partition by range (happened_on);

create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');

-- Nobody can tell.
create table transfers (
  id uuid primary key,
  from_organization uuid not null references organizations (id),
  to_organization uuid not null references organizations (id)
);

create table audit (id uuid primary key, what text);

-- Two organizations, A and B, with a row of each table, and C, which has nothing.
insert into organizations (id, name) values
  ('0000000a-0000-4000-8000-000000000000', 'A'),
  ('0000000b-0000-4000-8000-000000000000', 'B'),
  ('0000000c-0000-4000-8000-000000000000', 'C');

insert into countries values ('de'), ('fr');

-- ann is of A, bob of B, and two of both.
insert into users (id, email) values
  ('0000000a-0000-4000-8000-000000000001', 'ann'),
  ('0000000b-0000-4000-8000-000000000001', 'bob'),
  ('000000ab-0000-4000-8000-000000000001', 'two');

insert into memberships (organization_id, user_id) values
  ('0000000a-0000-4000-8000-000000000000', '0000000a-0000-4000-8000-000000000001'),
  ('0000000a-0000-4000-8000-000000000000', '000000ab-0000-4000-8000-000000000001'),
  ('0000000b-0000-4000-8000-000000000000', '0000000b-0000-4000-8000-000000000001'),
  ('0000000b-0000-4000-8000-000000000000', '000000ab-0000-4000-8000-000000000001');

insert into user_sessions (user_id, token)
select id, email || '-token' from users;

insert into workspaces (id, organization_id, name)
select overlay(id::text placing '2' from 36)::uuid, id, name from organizations where name <> 'C';

insert into api_keys (id, organization_id, name)
select overlay(id::text placing '3' from 36)::uuid, id, name from organizations where name <> 'C';

insert into api_key_workspaces (api_key_id, workspace_id)
select overlay(id::text placing '3' from 36)::uuid, overlay(id::text placing '2' from 36)::uuid
from organizations where name <> 'C';

insert into surveys (id, workspace_id, name)
select overlay(id::text placing '4' from 36)::uuid, id, name from workspaces;

insert into questions (id, survey_id)
select overlay(id::text placing '5' from 36)::uuid, id from surveys;

insert into choices (id, question_id, label)
select overlay(id::text placing '6' from 36)::uuid, id, 'x' from questions;

insert into translations (choice_id, country, label)
select id, 'de', label from choices;

insert into attachments (id, survey_id)
select overlay(id::text placing '7' from 36)::uuid, id from surveys;

insert into folders (id, workspace_id)
select overlay(id::text placing '8' from 36)::uuid, id from workspaces;

insert into documents (id, folder_id)
select overlay(id::text placing '9' from 36)::uuid, id from folders;

update folders set cover_id = documents.id from documents where folder_id = folders.id;

insert into templates (id, organization_id, name)
select overlay(id::text placing 'e' from 36)::uuid, id, name from organizations where name <> 'C'
union all
select '00000000-0000-4000-8000-00000000000e', null, 'everybody';

insert into template_steps (id, template_id)
select overlay(id::text placing 'f' from 36)::uuid, id from templates;

insert into events (workspace_id, happened_on)
select id, '2026-05-01' from workspaces;

insert into transfers values (
  '00000000-0000-4000-8000-0000000000ff', '0000000a-0000-4000-8000-000000000000', '0000000b-0000-4000-8000-000000000000');

analyze;
