-- Step 2: the column, and what keeps it right from now on, whoever writes. In one transaction, as the owner of both
-- tables. Existing rows are not touched: step 3 fills them.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.referenced_table', current_setting('tenant_datasource.users'), true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_id_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_organization_column'))::text, true),
  set_config('tenant_datasource.organization_function', format(
    '%I.%I', :'sessions_schema', :'organization_function'), true);

\ir ../common/require-columns.sql
\ir ../common/lock.sql
\ir refuse-unfit-table.sql

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

\ir ../common/end.sql
