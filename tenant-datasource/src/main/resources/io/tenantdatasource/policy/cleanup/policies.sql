-- A role for jobs that delete expired sessions, of all organizations: it sees no more of them than when they expire and
-- which row they are, and can do nothing but delete them. As the owner of the table, in one transaction, after the
-- policies. Can be run again; a former clean-up role loses what it was given.
--
-- Clean-up jobs log in as a member of the role, or assume it.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.shape', '', true),
  set_config('tenant_datasource.application_role', :'role', true),
  set_config('tenant_datasource.role', :'cleanup_role', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_expires_column'),
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_token_column'))::text, true);

\ir ../common/require-columns.sql
\ir ../sessions/now.sql
\ir ../common/lock.sql
\ir drop.sql
\ir ../common/role.sql
\ir refuse-role.sql

-- FOR UPDATE SKIP LOCKED lets several jobs share the work. It asks for the right to UPDATE a column, and for a policy for
-- UPDATE; WITH CHECK (false) lets nothing be changed by that.
--
-- A policy is for all who inherit its role. Who can become the application and is granted the clean-up role later would
-- see foreign rows with all the columns that the application may read, so the rows hide from whoever is such a member. The
-- sub-select is evaluated once a query.
do $create_cleanup_policies$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  role_name constant text := current_setting('tenant_datasource.role');
  expired constant text := format(
    '%I < %s and (select not pg_has_role(current_user, %L, %L))',
    current_setting('tenant_datasource.session_expires_column'),
    current_setting('tenant_datasource.now'),
    current_setting('tenant_datasource.application_role'),
    'member');
begin
  execute format(
    'create policy user_sessions_cleanup_select_policy on %s for select to %I using (%s)', sessions, role_name, expired);
  execute format(
    'create policy user_sessions_cleanup_delete_policy on %s for delete to %I using (%s)', sessions, role_name, expired);
  execute format(
    'create policy user_sessions_cleanup_lock_policy on %s for update to %I using (%s) with check (false)',
    sessions, role_name, expired);
end
$create_cleanup_policies$;

-- The primary key tells which row it is. Where the token is part of it, or there is none, the row's place does.
do $grant_what_a_job_needs$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  role_name constant text := current_setting('tenant_datasource.role');
  expires_column constant text := current_setting('tenant_datasource.session_expires_column');
  key_columns text[] := (
    select array_agg(attname order by attname)
    from pg_index
    join pg_attribute on attrelid = indrelid and attnum = any (indkey)
    where indrelid = sessions
      and indisprimary);
begin
  if key_columns is null or current_setting('tenant_datasource.session_token_column') = any (key_columns) then
    key_columns := array['ctid'];
  end if;

  perform set_config('tenant_datasource.cleanup_columns', (expires_column || key_columns)::text, true);

  execute format(
    'grant select (%s), update (%I), delete on %s to %I',
    (select string_agg(distinct quote_ident(readable), ', ') from unnest(expires_column || key_columns) as readable),
    expires_column,
    sessions,
    role_name);
end
$grant_what_a_job_needs$;

do $grant_usage_of_the_schema$
declare
  role_name constant text := current_setting('tenant_datasource.role');
  schema_name constant text := (
    select nspname
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = current_setting('tenant_datasource.table')::regclass);
begin
  if not has_schema_privilege(role_name, schema_name, 'usage') then
    execute format('grant usage on schema %I to %I', schema_name, role_name);
    execute format(
      'comment on policy user_sessions_cleanup_select_policy on %s is %L',
      current_setting('tenant_datasource.table'),
      'tenant-datasource: granted usage of the schema');
  end if;
  if not has_schema_privilege(role_name, schema_name, 'usage') then
    raise insufficient_privilege;
  end if;
exception
  when insufficient_privilege then
    raise exception 'role % may not use schema %, and % may not grant that',
      quote_ident(role_name), quote_ident(schema_name), quote_ident(current_user)
      using
        errcode = 'insufficient_privilege',
        hint = format('Have it granted first: grant usage on schema %I to %I', schema_name, role_name);
end
$grant_usage_of_the_schema$;

\ir refuse-rights.sql
\ir ../common/end.sql
