-- Takes back what policies.sql did. Run it as the owner of the table, in one transaction.
--
-- Row security goes back to what it was before the first run of that script. It stays on and forced where it was off, but
-- other policies are left on the table. The role stays, for it may own or be granted other things by now.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.shape', 'through users', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'))::text, true);

\ir ../common/require-columns.sql
\ir ../common/lock.sql
\ir ../common/protected.sql
\ir ../common/drop-policies.sql
\ir ../common/end.sql
