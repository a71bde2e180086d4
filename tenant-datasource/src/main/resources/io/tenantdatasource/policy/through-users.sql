-- Row-level security for a sessions table, through the organization of each session's user.
--
-- Run it as the owner of the table, in one transaction. It can be run again at any time, on a live table: it holds the
-- table's lock for some milliseconds, and gives up after lock_timeout rather than queue up all traffic behind it.
-- The names are psql variables, so psql -1 -v ON_ERROR_STOP=1 -v sessions_table=... -f runs it too.
--
-- Who falls under the policies needs SELECT on the two columns of the users table that they read.
-- Row security of the users table applies to that as well: who may not see a user does not see that user's sessions.
-- User and organization ids are UUIDs.

-- psql replaces no variables inside of a DO body; settings of this transaction carry them there. The transaction's own
-- settings are put aside, and back at the end.
select
  pg_catalog.set_config('tenant_datasource.lock_timeout', pg_catalog.current_setting('lock_timeout'), true),
  pg_catalog.set_config('tenant_datasource.search_path', pg_catalog.current_setting('search_path'), true),
  pg_catalog.set_config('tenant_datasource.sessions_schema', :'sessions_schema', true),
  pg_catalog.set_config('tenant_datasource.sessions_table', :'sessions_table', true),
  pg_catalog.set_config('tenant_datasource.role', :'role', true);

set local lock_timeout = :'lock_timeout';

-- Nothing below means an object that somebody else put in front of PostgreSQL's own.
set local search_path = pg_catalog, pg_temp;

do $require_transaction$
begin
  if coalesce(current_setting('tenant_datasource.sessions_table', true), '') = '' then
    raise exception 'this script has to run in one transaction, such as that of psql -1'
      using errcode = 'no_active_sql_transaction';
  end if;
end
$require_transaction$;

-- From here on nobody else changes the table's policies, and nobody reads it between the old ones and the new.
lock table :"sessions_schema".:"sessions_table" in access exclusive mode;

do $create_missing_role$
declare
  role_name constant text := current_setting('tenant_datasource.role');
begin
  if not exists (select from pg_roles where rolname = role_name) then
    execute format('create role %I nologin', role_name);
  end if;
end
$create_missing_role$;

-- Permissive policies are joined by OR: one more that the role, or a member of it, falls under would show rows beyond
-- the tenant.
do $refuse_policies_that_widen$
declare
  sessions constant regclass := format(
    '%I.%I', current_setting('tenant_datasource.sessions_schema'), current_setting('tenant_datasource.sessions_table'));
  role_name constant name := current_setting('tenant_datasource.role');
  widening text;
begin
  select string_agg(quote_ident(polname), ', ' order by polname)
  into widening
  from pg_policy
  where polrelid = sessions
    and polpermissive
    and polname not in (
      'user_sessions_select_policy',
      'user_sessions_insert_policy',
      'user_sessions_update_policy',
      'user_sessions_delete_policy')
    and exists (
      select
      from pg_roles as reader, unnest(polroles) as granted(roleid)
      where not reader.rolsuper
        and not reader.rolbypassrls
        and pg_has_role(reader.oid, role_name, 'usage')
        and (roleid = 0 or pg_has_role(reader.oid, roleid, 'member')));

  if widening is not null then
    raise exception 'table % has permissive policies that would show role %, or a member of it, more than its tenant: %',
      sessions, quote_ident(role_name), widening
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Drop them, make them restrictive, or grant them to a role that none of these is a member of.';
  end if;
end
$refuse_policies_that_widen$;

-- What the table was like before the first run is kept in a comment, for the script that takes this one back.
do $remember_row_security$
declare
  sessions constant regclass := format(
    '%I.%I', current_setting('tenant_datasource.sessions_schema'), current_setting('tenant_datasource.sessions_table'));
  remembered text;
begin
  select obj_description(oid, 'pg_policy')
  into remembered
  from pg_policy
  where polrelid = sessions
    and polname = 'user_sessions_own_policy'
    and obj_description(oid, 'pg_policy') like 'tenant-datasource: row security was %';

  if remembered is null then
    select 'tenant-datasource: row security was '
      || case when not relrowsecurity then 'off' when relforcerowsecurity then 'forced' else 'on' end
    into remembered
    from pg_class
    where oid = sessions;
  end if;

  perform set_config('tenant_datasource.remembered', remembered, true);
end
$remember_row_security$;

-- Forced, so that the owner is bound as well; superusers and BYPASSRLS roles never are.
alter table :"sessions_schema".:"sessions_table" enable row level security;
alter table :"sessions_schema".:"sessions_table" force row level security;

-- A setting that is unset, empty or no UUID shows no rows and throws nothing: it is cast only in a CASE that has seen
-- its form, and only when the query runs (in a sub-select, which the planner never evaluates to estimate a cost). The
-- users of the organization are collected once a query, and the index on the session's user is used with them.

drop policy if exists user_sessions_select_policy on :"sessions_schema".:"sessions_table";
create policy user_sessions_select_policy on :"sessions_schema".:"sessions_table"
  for select
  to :"role"
  using (:"session_user_column" = any ((
    select case
      when current_setting(:'organization_setting', true)
        ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
      then array(
        select tenant_datasource_user.:"users_id_column"
        from :"users_schema".:"users_table" as tenant_datasource_user
        where tenant_datasource_user.:"users_organization_column" = (
          select current_setting(:'organization_setting', true)::uuid))
    end)::uuid[]));

drop policy if exists user_sessions_delete_policy on :"sessions_schema".:"sessions_table";
create policy user_sessions_delete_policy on :"sessions_schema".:"sessions_table"
  for delete
  to :"role"
  using (:"session_user_column" = any ((
    select case
      when current_setting(:'organization_setting', true)
        ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
      then array(
        select tenant_datasource_user.:"users_id_column"
        from :"users_schema".:"users_table" as tenant_datasource_user
        where tenant_datasource_user.:"users_organization_column" = (
          select current_setting(:'organization_setting', true)::uuid))
    end)::uuid[]));

-- Written rows are checked one by one, by the primary key of users. A session without a user belongs to nobody: it is
-- shown to nobody, and cannot be written.
drop policy if exists user_sessions_insert_policy on :"sessions_schema".:"sessions_table";
create policy user_sessions_insert_policy on :"sessions_schema".:"sessions_table"
  for insert
  to :"role"
  with check (
    case
      when current_setting(:'organization_setting', true)
        ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
      then exists (
        select
        from :"users_schema".:"users_table" as tenant_datasource_user
        where tenant_datasource_user.:"users_id_column" = :"sessions_table".:"session_user_column"
          and tenant_datasource_user.:"users_organization_column" = (
            select current_setting(:'organization_setting', true)::uuid))
      else false
    end);

drop policy if exists user_sessions_update_policy on :"sessions_schema".:"sessions_table";
create policy user_sessions_update_policy on :"sessions_schema".:"sessions_table"
  for update
  to :"role"
  using (:"session_user_column" = any ((
    select case
      when current_setting(:'organization_setting', true)
        ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
      then array(
        select tenant_datasource_user.:"users_id_column"
        from :"users_schema".:"users_table" as tenant_datasource_user
        where tenant_datasource_user.:"users_organization_column" = (
          select current_setting(:'organization_setting', true)::uuid))
    end)::uuid[]))
  with check (
    case
      when current_setting(:'organization_setting', true)
        ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
      then exists (
        select
        from :"users_schema".:"users_table" as tenant_datasource_user
        where tenant_datasource_user.:"users_id_column" = :"sessions_table".:"session_user_column"
          and tenant_datasource_user.:"users_organization_column" = (
            select current_setting(:'organization_setting', true)::uuid))
      else false
    end);

-- Restrictive, so joined to the others by AND: with a user set, only that user's rows; with garbage set, none.
drop policy if exists user_sessions_own_policy on :"sessions_schema".:"sessions_table";
create policy user_sessions_own_policy on :"sessions_schema".:"sessions_table"
  as restrictive
  for all
  to :"role"
  using (
    (select coalesce(current_setting(:'user_setting', true), '') = '')
    or :"session_user_column" = (
      select case
        when current_setting(:'user_setting', true)
          ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
        then current_setting(:'user_setting', true)::uuid
      end))
  with check (
    (select coalesce(current_setting(:'user_setting', true), '') = '')
    or :"session_user_column" = (
      select case
        when current_setting(:'user_setting', true)
          ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
        then current_setting(:'user_setting', true)::uuid
      end));

do $remember_row_security$
begin
  execute format(
    'comment on policy user_sessions_own_policy on %I.%I is %L',
    current_setting('tenant_datasource.sessions_schema'),
    current_setting('tenant_datasource.sessions_table'),
    current_setting('tenant_datasource.remembered'));
end
$remember_row_security$;

select
  set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true),
  set_config('search_path', current_setting('tenant_datasource.search_path'), true);
