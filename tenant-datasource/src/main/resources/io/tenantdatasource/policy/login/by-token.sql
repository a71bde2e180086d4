-- Step 2 of the login by token: the function. As the owner of the table, in one transaction.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select set_config('tenant_datasource.required_columns', jsonb_build_array(
  jsonb_build_array(current_setting('tenant_datasource.table'), :'session_token_column'))::text, true);

\ir ../common/require-columns.sql
\ir ../sessions/require-token.sql

select
  set_config('tenant_datasource.index_to_drop', '', true),
  set_config('tenant_datasource.login_column', :'session_token_column', true),
  set_config(
    'tenant_datasource.login_match',
    $$hashtextextended((%1$s%2$I)::text collate "C", 0) = hashtextextended(%3$s collate "C", 0)
      and (%1$s%2$I)::text collate "C" is not distinct from %3$s$$,
    true);

\ir login.sql
\ir ../common/end.sql
