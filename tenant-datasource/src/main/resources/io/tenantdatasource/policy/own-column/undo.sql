-- Takes the organization's own column back: the policies, if they are those of the own column and not of another solution
-- that took over since, then the indexes, the constraints, the triggers and the column, if it was not there before. As
-- the owner of both tables, in one transaction. The role stays.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.shape', 'own column', true),
  set_config('tenant_datasource.referenced_table', current_setting('tenant_datasource.users'), true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_id_column'))::text, true);

\ir ../common/require-columns.sql
\ir ../common/lock.sql
\ir ../common/protected.sql
\ir ../cleanup/drop.sql
\ir ../common/drop-policies.sql

drop policy if exists user_sessions_fill_policy on :"sessions_schema".:"sessions_table";
drop policy if exists user_sessions_fill_policy on :"users_schema".:"users_table";

drop trigger if exists user_sessions_organization_insert on :"sessions_schema".:"sessions_table";
drop trigger if exists user_sessions_organization_update on :"sessions_schema".:"sessions_table";
drop function if exists :"sessions_schema".:"organization_function"();

alter table :"sessions_schema".:"sessions_table"
  drop constraint if exists user_sessions_organization_check,
  drop constraint if exists user_sessions_organization_fkey;

drop index if exists :"sessions_schema".:"user_index";
drop index if exists :"sessions_schema".:"newest_index";
drop index if exists :"sessions_schema".:"organization_index";
drop index if exists :"sessions_schema".:"expired_index";
drop index if exists :"users_schema".:"users_key";

do $drop_column$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_name constant text := current_setting('tenant_datasource.session_organization_column');
begin
  if exists (
    select
    from pg_attribute
    where attrelid = sessions
      and attname = column_name
      and col_description(attrelid, attnum) = 'tenant-datasource: own column')
  then
    execute format('alter table %s drop column %I', sessions, column_name);
  end if;
end
$drop_column$;

\ir ../common/end.sql
