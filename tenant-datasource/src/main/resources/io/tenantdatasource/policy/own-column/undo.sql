-- Takes the organization's own column back: the policies, if they are those of the own column and not of another solution
-- that took over since, then the triggers, the constraints, the indexes and the column, as far as they are ours. As the owner
-- of both tables, in one transaction. The role stays.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.organization_function', :'organization_function', true),
  set_config('tenant_datasource.shape', 'own column', true),
  set_config('tenant_datasource.referenced_table', current_setting('tenant_datasource.users'), true),
  -- The foreign key and the index that it needs take this lock when they go.
  set_config('tenant_datasource.referenced_mode', 'access exclusive', true),
  set_config('tenant_datasource.undone', '{own column,fill,maintenance}', true),
  set_config('tenant_datasource.drop_tag', 'own column', true),
  set_config('tenant_datasource.dropped_key', :'users_key', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_id_column'))::text, true);

\ir ../common/require-columns.sql
\ir ../common/protected.sql
\ir objects.sql
\ir indexes.sql
\ir adopt.sql
\ir ../common/look-for-ours.sql
\ir ../common/lock.sql
\ir ../common/protected.sql
\ir ../maintenance/drop.sql
\ir ../cleanup/drop.sql
\ir ../common/drop-policies.sql
\ir ../common/drop-fill-policies.sql
\ir ../common/drop-ours.sql
\ir ../common/end.sql
