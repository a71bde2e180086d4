-- Step 2: the column, and what keeps it right from now on, whoever writes. In one transaction, as the owner of both
-- tables. Existing rows are not touched: step 3 fills them.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.organization_function', :'organization_function', true),
  set_config('tenant_datasource.referenced_table', current_setting('tenant_datasource.users'), true),
  set_config('tenant_datasource.parent', current_setting('tenant_datasource.users'), false),
  set_config('tenant_datasource.parent_alias', 'tenant_datasource_user', false),
  set_config('tenant_datasource.key', array[array[:'session_user_column', :'users_id_column']]::text, false),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_id_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_organization_column'))::text, true);

\ir ../common/require-columns.sql

-- All of them are compared, and so will the column be that is to come, or is there.
select set_config('tenant_datasource.compared_columns', (
  current_setting('tenant_datasource.required_columns')::jsonb
    || jsonb_build_array(
      jsonb_build_array(current_setting('tenant_datasource.table'), :'session_organization_column')))::text, false);

\ir ../common/compared-columns.sql
\ir ../common/same-key.sql
\ir objects.sql
\ir indexes.sql
\ir adopt.sql
\ir ../common/look.sql
\ir ../common/lock.sql
\ir refuse-unfit-table.sql
\ir refuse-unfit-parent.sql

-- A column that is there already, say one that the application fills, is kept. A comment remembers ours.
do $add_column$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_name constant text := current_setting('tenant_datasource.session_organization_column');
  wanted_type constant text := (
    select concat_ws(' collate ', format_type(atttypid, atttypmod), nullif(attcollation, 0)::regcollation)
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

  -- As long as a session has to have a user, it has an organization; ours goes back where that has changed.
  if exists (select from pg_attribute where attrelid = sessions and attname = column_name and attnotnull)
    and col_description(sessions, (select attnum from pg_attribute where attrelid = sessions and attname = column_name))
      = 'tenant-datasource: own column'
    and exists (
      select
      from pg_attribute
      where attrelid = sessions
        and attname = current_setting('tenant_datasource.session_user_column')
        and not attnotnull)
  then
    execute format('alter table %s alter column %I drop not null', sessions, column_name);
  end if;
end
$add_column$;

\ir ../common/carry-out.sql
\ir ../common/end.sql
