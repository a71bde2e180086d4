-- A role for migrations and other work over all organizations: it sees and changes all sessions. As the owner of the table, in
-- one transaction, after the policies. Can be run again.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.maintenance_role', :'maintenance_role', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table')))::text, true);

\ir ../common/require-columns.sql
\ir ../common/role.sql
\ir require-role.sql
\ir protect.sql
\ir ../common/end.sql
