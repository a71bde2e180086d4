-- Takes through-users back.
--
-- psql -v ON_ERROR_STOP=1 -f through-users-undo.sql -v name=value ...
--
-- Run it as the owner of the tables that it changes. It can be run again at any time.
-- It is one transaction, its own or that of psql -1.
-- Generated from tenant-datasource's resources.

\if :ON_ERROR_STOP
\else
  \set ON_ERROR_STOP on
  do $$ begin raise exception 'run this with -v ON_ERROR_STOP=1: no step may run after one that failed'; end $$;
\endif

-- What can be named with -v, as it stands in the catalog: unquoted, capitals and all.
\if :{?sessions_table} \else \set sessions_table user_sessions \endif
\if :{?sessions_schema} \else \set sessions_schema public \endif
\if :{?role} \else \set role authenticated \endif
\if :{?session_token_column} \else \set session_token_column session_token \endif
\if :{?session_token_hash_column} \else \set session_token_hash_column session_token_hash \endif
\if :{?session_created_column} \else \set session_created_column created_at \endif
\if :{?session_expires_column} \else \set session_expires_column expires_at \endif
\if :{?users_schema} \else \set users_schema public \endif
\if :{?users_table} \else \set users_table users \endif
\if :{?session_user_column} \else \set session_user_column user_id \endif
\if :{?session_organization_column} \else \set session_organization_column organization_id \endif
\if :{?users_id_column} \else \set users_id_column id \endif
\if :{?users_organization_column} \else \set users_organization_column organization_id \endif
\if :{?lock_timeout} \else \set lock_timeout 5000ms \endif

-- Called after the table; where that gets too long, the table's name is cut.
select
  pg_catalog.substr(('_user_organization_idx' || :'sessions_table')::pg_catalog.name, 23) || '_user_organization_idx'
    as user_index,
  pg_catalog.substr(('_organization_newest_idx' || :'sessions_table')::pg_catalog.name, 25) || '_organization_newest_idx'
    as newest_index,
  pg_catalog.substr(('_organization_idx' || :'sessions_table')::pg_catalog.name, 18) || '_organization_idx'
    as organization_index,
  pg_catalog.substr(('_expires_idx' || :'sessions_table')::pg_catalog.name, 13) || '_expires_idx'
    as expired_index
\gset

-- What is set for a transaction is still there in the next statement only if psql is in one.
select pg_catalog.set_config('tenant_datasource.probe', 'on', true)
\gset tenant_datasource_

select coalesce(pg_catalog.current_setting('tenant_datasource.probe', true), '') = 'on' as in_transaction
\gset tenant_datasource_

-- === through-users/undo.sql ===

\if :tenant_datasource_in_transaction \else
begin;
\endif

-- Takes back what policies.sql did. Run it as the owner of the table, in one transaction.
--
-- Row security goes back to what it was before the first run of that script. It stays on and forced where it was off, but
-- other policies are left on the table. The role stays, for it may own or be granted other things by now.

-- psql replaces no variables inside of a DO body; settings carry them there. In one row, which is all that psql can put
-- aside.
select pg_catalog.count(pg_catalog.set_config('tenant_datasource.' || name, value, false)) as settings
from (
  values
    ('table', pg_catalog.format('%I.%I', :'sessions_schema', :'sessions_table')),
    ('policy_prefix', 'user_sessions'),
    ('kept_policies',
      'user_sessions_select_policy user_sessions_insert_policy user_sessions_update_policy user_sessions_delete_policy '
      'user_sessions_login_policy user_sessions_fill_policy'),
    ('role', :'role'),
    ('session_token_column', :'session_token_column'),
    ('session_token_hash_column', :'session_token_hash_column'),
    ('session_created_column', :'session_created_column'),
    ('session_expires_column', :'session_expires_column'),
    ('user_index', :'user_index'),
    ('newest_index', :'newest_index'),
    ('organization_index', :'organization_index'),
    ('expired_index', :'expired_index'),
    ('users', pg_catalog.format('%I.%I', :'users_schema', :'users_table')),
    ('session_user_column', :'session_user_column'),
    ('session_organization_column', :'session_organization_column'),
    ('users_id_column', :'users_id_column'),
    ('users_organization_column', :'users_organization_column')
) as names (name, value)
\gset tenant_datasource_

-- What this transaction had set is put aside, for end.sql.
select
  pg_catalog.set_config('tenant_datasource.in_transaction', 'yes', true),
  pg_catalog.set_config('tenant_datasource.lock_timeout', pg_catalog.current_setting('lock_timeout'), true),
  pg_catalog.set_config(
    'tenant_datasource.client_min_messages', pg_catalog.current_setting('client_min_messages'), true),
  pg_catalog.set_config('tenant_datasource.search_path', pg_catalog.current_setting('search_path'), true)
\gset tenant_datasource_

set local lock_timeout = :'lock_timeout';

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
  set_config('tenant_datasource.shape', 'through users', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'))::text, true)
\gset tenant_datasource_

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

-- The table, and each of its partitions and children: one that is read by its own name asks its own policies only.
with recursive family (member) as (
  select current_setting('tenant_datasource.table')::regclass::oid
  union
  select inhrelid
  from family
  join pg_inherits on inhparent = member
)
select set_config('tenant_datasource.protected', array(select member from family order by member)::text, true)
\gset tenant_datasource_

do $refuse_the_own_column$
begin
  if exists (
    select
    from pg_policy
    where polrelid = current_setting('tenant_datasource.table')::regclass
      and obj_description(oid, 'pg_policy') like 'tenant-datasource: own column;%')
  then
    raise exception 'the policies of table % are those of the own column', current_setting('tenant_datasource.table')
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Undo these, or apply the policies through users first.';
  end if;
end
$refuse_the_own_column$;

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

-- Drops what policies.sql made on each table of protected, if it was made in this shape, and brings row security back to
-- what it was before. It stays on and forced where it was off, but other policies are left on the table: switching it off
-- would open the table to everyone who has rights on it. Where policies.sql never ran, it stays as it is.
do $drop_policies$
declare
  prefix constant text := current_setting('tenant_datasource.policy_prefix');
  shape constant text := current_setting('tenant_datasource.shape');
  protected regclass;
  policy_kind text;
  remembered text;
begin
  foreach protected in array current_setting('tenant_datasource.protected')::regclass[] loop
    remembered := (
      select obj_description(oid, 'pg_policy')
      from pg_policy
      where polrelid = protected
        and polname = prefix || '_select_policy');

    if remembered is null or not starts_with(remembered, format('tenant-datasource: %s; ', shape)) then
      continue;
    end if;

    foreach policy_kind in array array['select', 'insert', 'update', 'delete', 'own'] loop
      execute format('drop policy if exists %I on %s', format('%s_%s_policy', prefix, policy_kind), protected);
    end loop;

    if remembered like '%row security was on' then
      execute format('alter table %s no force row level security', protected);
    elsif remembered ~ 'row security was off( but forced)?$'
      and not exists (select from pg_policy where polrelid = protected)
    then
      if remembered like '%row security was off' then
        execute format('alter table %s no force row level security', protected);
      end if;
      execute format('alter table %s disable row level security', protected);
    end if;
  end loop;
end
$drop_policies$;

select
  set_config('tenant_datasource.in_transaction', '', true),
  set_config('tenant_datasource.referenced_table', '', true),
  set_config('tenant_datasource.alter_views', '', true),
  set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true),
  set_config('client_min_messages', current_setting('tenant_datasource.client_min_messages'), true),
  set_config('search_path', current_setting('tenant_datasource.search_path'), true)
\gset tenant_datasource_

\if :tenant_datasource_in_transaction \else
commit;
\endif
