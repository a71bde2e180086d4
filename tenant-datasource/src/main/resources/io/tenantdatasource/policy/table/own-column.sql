-- Row-level security for a table with a column that holds the organization.
--
-- Run it as the owner of the table, in one transaction. It can be run again at any time, on a live table: it holds the
-- table's lock for some milliseconds, and gives up after lock_timeout rather than queue up all traffic behind it.

\ir names.sql
\ir ../common/begin.sql
\ir policy-names.sql

select
  set_config('tenant_datasource.required_columns', (
    jsonb_build_array(
      jsonb_build_array(current_setting('tenant_datasource.table'), :'organization_column'))
    || case when :'user_column' = '' then '[]' else jsonb_build_array(
      jsonb_build_array(current_setting('tenant_datasource.table'), :'user_column')) end)::text, true),
  set_config('tenant_datasource.tenant_values', (
    jsonb_build_array(jsonb_build_object(
      'value', 'organization_value',
      'setting', :'organization_setting',
      'table', current_setting('tenant_datasource.table'),
      'column', :'organization_column'))
    || case when :'user_column' = '' then '[]' else jsonb_build_array(jsonb_build_object(
      'value', 'user_value',
      'setting', :'user_setting',
      'table', current_setting('tenant_datasource.table'),
      'column', :'user_column')) end)::text, true);

\ir ../common/require-columns.sql

select set_config('tenant_datasource.compared_columns', current_setting('tenant_datasource.required_columns'), false);

\ir ../common/compared-columns.sql
\ir ../common/tenant-values.sql
\ir views.sql
\ir ../common/role.sql
\ir ../common/own-column.sql
--if organizations_setting
\ir ../common/organizations.sql
--end
\ir own-rows.sql
\ir ../common/protect.sql
\ir ../common/end.sql
