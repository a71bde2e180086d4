-- A role for jobs that delete expired sessions. Comes after through-users or own-column, whose undo takes it back.
--
-- Plain SQL for one transaction of whatever runs it, with the names of the review's schema. Generated; other names:
-- SessionPolicies.sql() and undoSql(), or psql/.

-- === cleanup/policies.sql ===

-- A role for jobs that delete expired sessions, of all organizations: it sees no more of them than when they expire and
-- which row they are, and can do nothing but delete them. As the owner of the table, in one transaction, after the
-- policies. Can be run again; a former clean-up role loses what it was given.
--
-- Clean-up jobs log in as a member of the role, or assume it.

-- psql replaces no variables inside of a DO body; settings carry them there. In one row, which is all that psql can put
-- aside.
select pg_catalog.count(pg_catalog.set_config('tenant_datasource.' || name, value, false)) as settings
from (
  values
    ('table', pg_catalog.format('%I.%I', 'public', 'user_sessions')),
    ('policy_prefix', 'user_sessions'),
    ('kept_policies',
      'user_sessions_select_policy user_sessions_insert_policy user_sessions_update_policy user_sessions_delete_policy '
      'user_sessions_login_policy user_sessions_fill_policy'),
    ('role', 'authenticated'),
    ('session_token_column', 'session_token'),
    ('session_token_hash_column', 'session_token_hash'),
    ('session_created_column', 'created_at'),
    ('session_expires_column', 'expires_at'),
    ('user_index', 'user_sessions_user_organization_idx'),
    ('newest_index', 'user_sessions_organization_newest_idx'),
    ('organization_index', 'user_sessions_organization_idx'),
    ('expired_index', 'user_sessions_expires_idx'),
    ('users', pg_catalog.format('%I.%I', 'public', 'users')),
    ('session_user_column', 'user_id'),
    ('session_organization_column', 'organization_id'),
    ('users_id_column', 'id'),
    ('users_organization_column', 'organization_id')
) as names (name, value);

-- What this transaction had set is put aside, for end.sql.
select
  pg_catalog.set_config('tenant_datasource.in_transaction', 'yes', true),
  pg_catalog.set_config('tenant_datasource.lock_timeout', pg_catalog.current_setting('lock_timeout'), true),
  pg_catalog.set_config(
    'tenant_datasource.client_min_messages', pg_catalog.current_setting('client_min_messages'), true),
  pg_catalog.set_config('tenant_datasource.search_path', pg_catalog.current_setting('search_path'), true);

set local lock_timeout = '5000ms';

-- What IF EXISTS does not find is no news.
set local client_min_messages = warning;

-- Nothing below means an object that somebody else put in front of PostgreSQL's own.
set local search_path = pg_catalog, pg_temp;

do $require_transaction$
begin
  if coalesce(current_setting('tenant_datasource.in_transaction', true), '') = '' then
    raise exception 'this script has to run in one transaction, such as that of psql -1'
      using errcode = 'no_active_sql_transaction';
  end if;
end
$require_transaction$;

select
  set_config('tenant_datasource.shape', '', true),
  set_config('tenant_datasource.application_role', 'authenticated', true),
  set_config('tenant_datasource.role', 'session_cleanup', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), 'expires_at'),
    jsonb_build_array(current_setting('tenant_datasource.table'), 'session_token'))::text, true);

-- Says what is missing before anything is locked. required_columns holds pairs of a table and a column; the column may be
-- left out.
do $require_columns$
declare
  required record;
  changed regclass;
begin
  begin
    for required in
      select pair ->> 0 as relation, to_regclass(pair ->> 0) as found, pair ->> 1 as attribute
      from jsonb_array_elements(current_setting('tenant_datasource.required_columns')::jsonb) as pair
    loop
      if required.found is null then
        raise exception 'there is no table %', required.relation
          using
            errcode = 'undefined_table',
            hint = 'Create it first, or name another one: every name is a parameter.';
      end if;
      if required.attribute is not null and not exists (
        select
        from pg_attribute
        where attrelid = required.found
          and attname = required.attribute
          and attnum > 0
          and not attisdropped)
      then
        raise exception 'table % has no column %', required.relation, quote_ident(required.attribute)
          using
            errcode = 'undefined_column',
            hint = 'Name another one: every name is a parameter.';
      end if;
    end loop;
  exception
    when insufficient_privilege then
      raise exception '%', sqlerrm
        using
          errcode = 'insufficient_privilege',
          hint = format('Run this as the owner of the table, who needs it too: grant usage on schema … to %I', current_user);
  end;

  if (select relkind from pg_class where oid = current_setting('tenant_datasource.table')::regclass) not in ('r', 'p') then
    raise exception '% is not a table', current_setting('tenant_datasource.table')
      using
        errcode = 'wrong_object_type',
        hint = 'Policies are for tables; a view shows what its owner, or with security_invoker its reader, may see.';
  end if;

  foreach changed in array array_remove(array[
    current_setting('tenant_datasource.table'),
    current_setting('tenant_datasource.referenced_table', true)], '')::regclass[]
  loop
    if not pg_has_role((select relowner from pg_class where oid = changed), 'usage') then
      raise exception 'must be owner of table %', changed
        using
          errcode = 'insufficient_privilege',
          hint = format('Run this as %s.', (select relowner::regrole from pg_class where oid = changed));
    end if;
  end loop;
end
$require_columns$;

-- This moment as SQL text, to be compared with the column that tells when a session expires. No setting of the connection
-- moves it: PostgreSQL 18 takes 'UTC' in AT TIME ZONE for whatever SET timezone = '<UTC>-14' says it is, but an interval is
-- one everywhere. It has the column's own type, so that an index on the column is used.
do $now$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_name constant text := current_setting('tenant_datasource.session_expires_column');
  type_oid oid;
begin
  select atttypid
  into strict type_oid
  from pg_attribute
  where attrelid = sessions
    and attname = column_name;

  while exists (select from pg_type where oid = type_oid and typtype = 'd') loop
    type_oid := (select typbasetype from pg_type where oid = type_oid);
  end loop;

  perform set_config(
    'tenant_datasource.now',
    case type_oid
      when 'timestamptz'::regtype then 'now()'
      when 'timestamp'::regtype then $$(now() at time zone interval '00:00')$$
      when 'int8'::regtype then $$floor(extract(epoch from now()) * 1000)::bigint$$
      else ''
    end,
    true);

  if current_setting('tenant_datasource.now') = '' then
    raise exception 'column % of table % has the type %, which does not tell when a session expires',
      quote_ident(column_name), sessions, format_type(type_oid, null)
      using
        errcode = 'datatype_mismatch',
        hint = 'Use timestamp with time zone, timestamp (taken as UTC) or bigint (milliseconds since 1970), or name '
          'another column.';
  end if;
end
$now$;

-- From here on nobody else changes the table's policies, and nobody reads it between the old ones and the new. All traffic
-- on the table queues up behind a lock that is waited for, so it is asked for shortly, and again.
do $lock_table$
begin
  for attempt in 1..5 loop
    begin
      -- Views that are altered come first, as a query locks them before their tables.
      if coalesce(current_setting('tenant_datasource.alter_views', true), '') <> '' then
        execute current_setting('tenant_datasource.alter_views');
      end if;
      execute format('lock table %s in access exclusive mode', current_setting('tenant_datasource.table'));
      if coalesce(current_setting('tenant_datasource.referenced_table', true), '') <> '' then
        execute format(
          'lock table %s in share row exclusive mode', current_setting('tenant_datasource.referenced_table'));
      end if;
      exit;
    exception
      when lock_not_available or deadlock_detected then
        if attempt = 5 then
          raise exception 'table % is in use: its lock could not be had within %, five times',
            current_setting('tenant_datasource.table'), current_setting('lock_timeout')
            using
              errcode = 'lock_not_available',
              hint = 'Run this again when its long transactions have ended (see pg_stat_activity), or raise lock_timeout.';
        end if;
        perform pg_sleep(0.1 * attempt);
    end;
  end loop;
end
$lock_table$;

-- Takes the clean-up role's policies and rights back. Comes before the other policies are dropped, which lets row security
-- go only where none are left. The role stays. Where another solution than that of shape took over since, all of it stays.
do $drop_cleanup$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  schema_name constant text := (
    select nspname
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = sessions);
  shape constant text := current_setting('tenant_datasource.shape');
  remembered constant text := (
    select obj_description(oid, 'pg_policy')
    from pg_policy
    where polrelid = sessions
      and polname = 'user_sessions_select_policy');
  policy record;
  granted record;
  policy_kind text;
begin
  if shape <> '' and starts_with(remembered, 'tenant-datasource: ')
    and not starts_with(remembered, format('tenant-datasource: %s; ', shape))
  then
    return;
  end if;

  for policy in
    select roleid::regrole as grantee, obj_description(oid, 'pg_policy') as comment
    from pg_policy, unnest(polroles) as roleid
    where polrelid = sessions
      and polname = 'user_sessions_cleanup_select_policy'
  loop
    for granted in
      select attname, privilege_type
      from pg_attribute, aclexplode(attacl)
      where attrelid = sessions
        and grantee = policy.grantee
        and privilege_type in ('SELECT', 'UPDATE')
    loop
      execute format(
        'revoke %s (%I) on %s from %s', granted.privilege_type, granted.attname, sessions, policy.grantee);
    end loop;
    execute format('revoke delete on %s from %s', sessions, policy.grantee);
    if policy.comment = 'tenant-datasource: granted usage of the schema' then
      execute format('revoke usage on schema %I from %s', schema_name, policy.grantee);
    end if;
  end loop;

  foreach policy_kind in array array['select', 'delete', 'lock'] loop
    execute format('drop policy if exists %I on %s', format('user_sessions_cleanup_%s_policy', policy_kind), sessions);
  end loop;
end
$drop_cleanup$;

do $create_missing_role$
declare
  role_name constant text := current_setting('tenant_datasource.role');
begin
  if not exists (select from pg_roles where rolname = role_name) then
    execute format('create role %I nologin', role_name);
  end if;
exception
  when insufficient_privilege then
    raise exception 'role % is missing, and % may not create it', quote_ident(role_name), quote_ident(current_user)
      using
        errcode = 'insufficient_privilege',
        hint = format('Have it created first: create role %I nologin', role_name);
  -- Roles belong to all databases of the server: another migration may have been faster.
  when duplicate_object or unique_violation then
    null;
end
$create_missing_role$;

-- A role that no policy binds, or that can become somebody who sees more, would delete more than what has expired. And who
-- falls under the application's policies must not fall under these as well, for PostgreSQL joins them by OR.
do $refuse_cleanup_role$
declare
  role_name constant name := current_setting('tenant_datasource.role');
  application_role constant name := current_setting('tenant_datasource.application_role');
  owner constant oid := (
    select relowner from pg_class where oid = current_setting('tenant_datasource.table')::regclass);
  -- Since PostgreSQL 16 who creates a role is a member of it who may neither use nor assume it.
  membership constant text :=
    case when current_setting('server_version_num')::integer < 160000 then 'member' else 'usage, set' end;
  members text;
begin
  if (select rolsuper or rolbypassrls from pg_roles where rolname = role_name)
    or pg_has_role(role_name, owner, membership)
  then
    raise exception 'role % could delete sessions that have not expired, for it is a superuser, has BYPASSRLS, or can '
      'become the owner of table %', quote_ident(role_name), current_setting('tenant_datasource.table')
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Name a role that is none of these; one that is missing is created.';
  end if;

  select string_agg(quote_ident(rolname), ', ' order by rolname)
  into members
  from pg_roles
  where not rolsuper
    and not rolbypassrls
    and pg_has_role(oid, role_name, membership)
    and pg_has_role(oid, application_role, membership);

  if members is not null then
    raise exception 'clean-up role % would show expired sessions of all organizations to roles that can become %: %',
      quote_ident(role_name), quote_ident(application_role), members
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Revoke one of the two roles from them, and have clean-up jobs log in as a user of their own.';
  end if;
end
$refuse_cleanup_role$;

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

-- Rights that were there before, or that everybody has, may be more than a job is to have.
do $refuse_further_rights$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  role_name constant name := current_setting('tenant_datasource.role');
  further text;
begin
  select string_agg(privilege, ', ' order by privilege)
  into further
  from (
    select format('select (%I)', attname)
    from pg_attribute
    where attrelid = sessions
      and attnum > 0
      and not attisdropped
      and has_column_privilege(role_name, sessions, attnum, 'select')
      and attname <> all (current_setting('tenant_datasource.cleanup_columns')::name[])
    union all
    select privilege
    from unnest(array['insert', 'update', 'truncate', 'references', 'trigger']) as privilege
    where has_table_privilege(role_name, sessions, privilege)
  ) as held (privilege);

  if further is not null then
    raise exception 'clean-up role % has more rights on table % than it is to have: %',
      quote_ident(role_name), sessions, further
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Revoke them from the role, from those that it is a member of, and from PUBLIC.';
  end if;
end
$refuse_further_rights$;

select
  set_config('tenant_datasource.in_transaction', '', true),
  set_config('tenant_datasource.referenced_table', '', true),
  set_config('tenant_datasource.alter_views', '', true),
  set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true),
  set_config('client_min_messages', current_setting('tenant_datasource.client_min_messages'), true),
  set_config('search_path', current_setting('tenant_datasource.search_path'), true);
