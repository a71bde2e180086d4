-- Step 1 in the transaction of the others, for a table that may be locked as long as the index takes.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.index_name', :'users_key', true),
  set_config('tenant_datasource.index', format('%I.%I', :'users_schema', :'users_key'), true),
  set_config('tenant_datasource.index_table', current_setting('tenant_datasource.users'), true),
  set_config('tenant_datasource.index_unique', 'UNIQUE ', true),
  set_config('tenant_datasource.index_columns', format('%I, %I', :'users_id_column', :'users_organization_column'), true),
  set_config('tenant_datasource.index_tag', 'own column', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_id_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_organization_column'))::text, true);

\ir ../common/require-columns.sql
\ir ../common/indexes.sql
\ir ../common/index-at-once.sql
\ir ../common/end.sql
