-- Row-level security for a table of user sessions, by an organization column of its own that the database keeps right.
--
-- Generated from tenant-datasource's resources, with the names of the review's schema.

-- Step 2: the column, and what keeps it right from now on, whoever writes. In one transaction, as the owner of both
-- tables. Existing rows are not touched: step 3 fills them.

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
  set_config('tenant_datasource.referenced_table', current_setting('tenant_datasource.users'), true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), 'user_id'),
    jsonb_build_array(current_setting('tenant_datasource.users'), 'id'),
    jsonb_build_array(current_setting('tenant_datasource.users'), 'organization_id'))::text, true),
  set_config('tenant_datasource.organization_function', format(
    '%I.%I', 'public', 'user_sessions_organization'), true);

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

do $refuse_unfit_table$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_name constant text := current_setting('tenant_datasource.session_organization_column');
  wanted_type constant text := (
    select format_type(atttypid, atttypmod)
    from pg_attribute
    where attrelid = current_setting('tenant_datasource.users')::regclass
      and attname = current_setting('tenant_datasource.users_organization_column'));
  present_type constant text := (
    select format_type(atttypid, atttypmod)
    from pg_attribute
    where attrelid = sessions
      and attname = column_name);
begin
  if (select relkind from pg_class where oid = sessions) = 'p' then
    raise exception 'table % is partitioned: a column cannot be added to it without long locks', sessions
      using
        errcode = 'feature_not_supported',
        hint = 'Add and fill the column by hand, with a foreign key to users (id, organization), and protect the table '
          'with TablePolicies; or use the policies through users.';
  end if;

  -- Neither the foreign key nor the triggers that keep the column right would hold for their rows.
  if exists (select from pg_inherits where inhparent = sessions) then
    raise exception 'table % has children by inheritance, whose column could not be kept right: %', sessions,
      (select string_agg(inhrelid::regclass::text, ', ' order by inhrelid) from pg_inherits where inhparent = sessions)
      using
        errcode = 'feature_not_supported',
        hint = 'Use the policies through users.';
  end if;

  if present_type <> wanted_type then
    raise exception 'column % of table % has the type %, but users have organizations of type %',
      quote_ident(column_name), sessions, present_type, wanted_type
      using
        errcode = 'datatype_mismatch',
        hint = 'Change its type, or name another column.';
  end if;
end
$refuse_unfit_table$;

-- A column that is there already, say one that the application fills, is kept. A comment remembers ours.
do $add_column$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_name constant text := current_setting('tenant_datasource.session_organization_column');
  wanted_type constant text := (
    select format_type(atttypid, atttypmod)
    from pg_attribute
    where attrelid = current_setting('tenant_datasource.users')::regclass
      and attname = current_setting('tenant_datasource.users_organization_column'));
  present_type constant text := (
    select format_type(atttypid, atttypmod)
    from pg_attribute
    where attrelid = sessions
      and attname = column_name);
begin
  if present_type is null then
    execute format('alter table %s add column %I %s', sessions, column_name, wanted_type);
    execute format('comment on column %s.%I is %L', sessions, column_name, 'tenant-datasource: own column');
  end if;
end
$add_column$;

-- Looks the organization up where a row comes without one, or has changed its user. What a writer names is kept, and has
-- to stand the foreign key. Runs with the writer's rights: a user whom they may not see has no organization.
do $create_triggers$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  fill_in constant text := current_setting('tenant_datasource.organization_function');
  organization_column constant text := current_setting('tenant_datasource.session_organization_column');
  user_column constant text := current_setting('tenant_datasource.session_user_column');
begin
  execute format(
    $$create or replace function %1$s() returns trigger
      language plpgsql
      set search_path = pg_catalog, pg_temp
      as %2$L$$,
    fill_in,
    format(
      $$
begin
  new.%1$I := (
    select tenant_datasource_user.%2$I
    from %3$s as tenant_datasource_user
    where tenant_datasource_user.%4$I = new.%5$I);
  return new;
end
$$,
      organization_column,
      current_setting('tenant_datasource.users_organization_column'),
      current_setting('tenant_datasource.users'),
      current_setting('tenant_datasource.users_id_column'),
      user_column));

  execute format(
    $$create or replace trigger user_sessions_organization_insert
      before insert on %1$s
      for each row
      when (new.%2$I is null and new.%3$I is not null)
      execute function %4$s()$$,
    sessions, organization_column, user_column, fill_in);

  execute format(
    $$create or replace trigger user_sessions_organization_update
      before update on %1$s
      for each row
      when (
        new.%2$I is null and new.%3$I is not null
        or new.%3$I is distinct from old.%3$I and new.%2$I is not distinct from old.%2$I)
      execute function %4$s()$$,
    sessions, organization_column, user_column, fill_in);
end
$create_triggers$;

-- The foreign key is what makes it true: no session can name one organization and belong to a user of another, in no order
-- of concurrent transactions, and a user who moves takes their sessions along. NOT VALID, so that no row is read under the
-- lock; new rows are checked all the same.
do $add_constraints$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  users constant regclass := current_setting('tenant_datasource.users');
  organization_column constant text := current_setting('tenant_datasource.session_organization_column');
  user_column constant text := current_setting('tenant_datasource.session_user_column');
  -- What happens to the sessions of a deleted user stays as the foreign key on the user alone has it; without one, sessions
  -- go with their user.
  on_delete constant text := coalesce(
    (
      select case confdeltype when 'r' then 'no action' when 'a' then 'no action' when 'n' then 'set null' else 'cascade' end
      from pg_constraint
      join pg_attribute on attrelid = conrelid and conkey = array[attnum]
      where contype = 'f'
        and conrelid = sessions
        and confrelid = users
        and attname = user_column
      limit 1
    ),
    'cascade');
begin
  if not exists (
    select from pg_constraint where conrelid = sessions and conname = 'user_sessions_organization_fkey')
  then
    execute format(
      $$alter table %1$s add constraint user_sessions_organization_fkey
        foreign key (%2$I, %3$I) references %4$s (%5$I, %6$I)
        on update cascade on delete %7$s not valid$$,
      sessions,
      user_column,
      organization_column,
      users,
      current_setting('tenant_datasource.users_id_column'),
      current_setting('tenant_datasource.users_organization_column'),
      on_delete);
  end if;

  -- Each session has an organization; or, where it may be without a user, it belongs to no organization either then.
  if not exists (
    select from pg_constraint where conrelid = sessions and conname = 'user_sessions_organization_check')
  then
    execute format(
      'alter table %s add constraint user_sessions_organization_check check (%s) not valid',
      sessions,
      case
        when (select attnotnull from pg_attribute where attrelid = sessions and attname = user_column)
        then format('%I is not null', organization_column)
        else format('(%I is null) = (%I is null)', user_column, organization_column)
      end);
  end if;
end
$add_constraints$;

select
  set_config('tenant_datasource.in_transaction', '', true),
  set_config('tenant_datasource.referenced_table', '', true),
  set_config('tenant_datasource.alter_views', '', true),
  set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true),
  set_config('client_min_messages', current_setting('tenant_datasource.client_min_messages'), true),
  set_config('search_path', current_setting('tenant_datasource.search_path'), true);
