-- One of each, for the role app, which logs in as well.
create role app;

create role auditor bypassrls;

create role rescuer superuser;

create role stranger;

grant auditor, rescuer to app;

create table owned (id int);

alter table owned enable row level security;

alter table owned owner to app;

create table without_policy (id int);

alter table without_policy enable row level security;

create table for_others (id int);

alter table for_others enable row level security;

create policy theirs on for_others to stranger using (true);

create table restricted (id int);

alter table restricted enable row level security;

create policy less on restricted as restrictive using (true);

create table switched_off (id int, organization_id uuid);

create policy mine on switched_off using (true);

create table "Forgotten" (id int, organization_id uuid);

create table forgotten_by_parts (id int, organization_id uuid) partition by list (id);

grant select on without_policy, for_others, restricted, switched_off, "Forgotten", forgotten_by_parts to app;

-- Not the application's: it may not use them.
create table of_others (id int, organization_id uuid);

create schema private;

create table private.unreachable (id int, organization_id uuid);

grant select on private.unreachable to app;
