-- Row-level security for a sessions table, through the organization of each session's user.
--
-- Run it as the owner of the table, in one transaction. It can be run again at any time, on a live table: it holds the
-- table's lock for some milliseconds, and gives up after lock_timeout rather than queue up all traffic behind it.
--
-- Who falls under the policies needs SELECT on the two columns of the users table that they read.
-- Row security of the users table applies to that as well: who may not see a user does not see that user's sessions.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.shape', 'through users', true),
  set_config('tenant_datasource.fast_for', :'fast_for', true),
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

-- All that the policies read is compared.
select set_config('tenant_datasource.compared_columns', current_setting('tenant_datasource.required_columns'), false);

\ir ../common/require-columns.sql
\ir ../common/compared-columns.sql
\ir ../common/tenant-values.sql
\ir ../common/same-key.sql
\ir ../common/role.sql

\ir ../common/through-parent.sql
--if organizations_setting
\ir ../common/require-organizations.sql
\ir ../common/organizations.sql
--end
\ir ../sessions/own-rows.sql
\ir ../common/protect.sql
\ir ../common/end.sql
