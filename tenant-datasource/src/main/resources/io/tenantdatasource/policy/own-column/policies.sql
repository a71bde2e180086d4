-- Last step: the policies, in place of those through users if there are any: in one transaction, so that at no moment a
-- foreign row is visible. As the owner of the table.
--
-- A row's organization is its own column, which the foreign key keeps that of its user.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.shape', 'own column', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'),
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_organization_column'))::text, true),
  set_config('tenant_datasource.tenant_values', jsonb_build_array(
    jsonb_build_object(
      'value', 'organization_value',
      'setting', :'organization_setting',
      'table', current_setting('tenant_datasource.table'),
      'column', :'session_organization_column'),
    jsonb_build_object(
      'value', 'user_value',
      'setting', :'user_setting',
      'table', current_setting('tenant_datasource.table'),
      'column', :'session_user_column'))::text, true);

\ir ../common/require-columns.sql
\ir ../common/tenant-values.sql
\ir ../common/lock.sql

do $require_a_column_that_is_right$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  user_column constant text := current_setting('tenant_datasource.session_user_column');
  organization_column constant text := current_setting('tenant_datasource.session_organization_column');
begin
  if (
    select count(*)
    from pg_constraint
    where conrelid = sessions
      and conname in ('user_sessions_organization_check', 'user_sessions_organization_fkey')
      and convalidated) < 2
  then
    raise exception 'column % of table % is not filled and proven yet', quote_ident(organization_column), sessions
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Run the steps before this one to their end.';
  end if;

  -- Reads no row, as the constraint proves it.
  if (select attnotnull from pg_attribute where attrelid = sessions and attname = user_column) then
    execute format('alter table %s alter column %I set not null', sessions, organization_column);
  end if;
end
$require_a_column_that_is_right$;

\ir ../common/role.sql
\ir ../common/protected.sql
\ir ../common/require-protectable.sql
\ir ../common/refuse-widening.sql
\ir ../common/refuse-views.sql

select
  set_config('tenant_datasource.readable', format(
    '%I = %s', :'session_organization_column', current_setting('tenant_datasource.organization_value')), true),
  set_config('tenant_datasource.writable', format(
    '%I = %s', :'session_organization_column', current_setting('tenant_datasource.organization_value')), true);

\ir ../sessions/own-rows.sql
\ir ../common/policies.sql
\ir ../common/end.sql
