-- Step 0: refuses what a later step would refuse, before the first of them changes anything. They look again, under the
-- lock. In one transaction; changes nothing but that it creates the role, if it is missing.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.referenced_table', current_setting('tenant_datasource.users'), true),
  set_config('tenant_datasource.parent', current_setting('tenant_datasource.users'), false),
  set_config('tenant_datasource.parent_alias', 'tenant_datasource_user', false),
  set_config('tenant_datasource.key', array[array[:'session_user_column', :'users_id_column']]::text, false),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_id_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_organization_column'))::text, true),
  set_config('tenant_datasource.tenant_values', jsonb_build_array(
    jsonb_build_object(
      'value', 'organization_value',
      'setting', :'organization_setting',
      'table', current_setting('tenant_datasource.users'),
      'column', :'users_organization_column'),
    jsonb_build_object(
      'value', 'user_value',
      'setting', :'user_setting',
      'table', current_setting('tenant_datasource.table'),
      'column', :'session_user_column',
      'key_of', current_setting('tenant_datasource.users')))::text, true);

\ir ../common/require-columns.sql

-- All of them are compared, and so will the column be that is to come, or is there.
select set_config('tenant_datasource.compared_columns', (
  current_setting('tenant_datasource.required_columns')::jsonb
    || jsonb_build_array(
      jsonb_build_array(current_setting('tenant_datasource.table'), :'session_organization_column')))::text, false);

\ir ../common/compared-columns.sql
\ir ../common/tenant-values.sql
\ir ../common/same-key.sql
\ir refuse-unfit-table.sql
\ir refuse-unfit-parent.sql
\ir ../common/role.sql
\ir ../common/protected.sql
\ir ../common/require-protectable.sql
\ir ../common/refuse-widening.sql
\ir ../common/refuse-views.sql
\ir indexes.sql
\ir ../common/indexes.sql
\ir refuse-taken-names.sql
\ir ../common/end.sql
