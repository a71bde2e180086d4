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

-- Protected by this library, as its comments say, and shown beside its policies.
create table ours (id int primary key, tenant_id uuid) partition by range (id);

create table ours_by_parts partition of ours for values from (0) to (10);

create table ours_unforced (id int primary key, tenant_id uuid);

alter table ours enable row level security, force row level security;

alter table ours_unforced enable row level security;

create policy tenant_select_policy on ours for select to app
  using (tenant_id::text = current_setting('app.organization_id', true));

comment on policy tenant_select_policy on ours
  is 'tenant-datasource: table; select; 0123456789abcdef; row security was off';

create policy tenant_select_policy on ours_unforced for select to app
  using (tenant_id::text = current_setting('app.organization_id', true));

comment on policy tenant_select_policy on ours_unforced
  is 'tenant-datasource: table; select; 0123456789abcdef; row security was off';

create policy also on ours_unforced to app using (true);

create view ours_in_a_view as select * from ours;

create materialized view ours_in_a_copy as select * from ours;

create function ours_in_a_function(int, text) returns bigint language sql security definer
  as 'select count(*) from ours';

create table of_ours (ours_id int references ours);

create table same_column (tenant_id uuid);

grant select on ours, ours_by_parts, ours_unforced, ours_in_a_view, ours_in_a_copy, of_ours, same_column to app;
