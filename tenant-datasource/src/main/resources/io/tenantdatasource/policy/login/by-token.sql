-- Step 2 of the login by token: the function. As the owner of the table, in one transaction.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select set_config('tenant_datasource.required_columns', jsonb_build_array(
  jsonb_build_array(current_setting('tenant_datasource.table'), :'session_token_column'))::text, true);

\ir ../common/require-columns.sql
\ir require-token.sql

select set_config('tenant_datasource.login_match', format(
  $$hashtextextended(({row}%1$I)::text collate "C", 0) = hashtextextended({token} collate "C", 0)
    and ({row}%1$I)::text collate "C" is not distinct from {token}$$,
  :'session_token_column'), true);

\ir login.sql
\ir ../common/end.sql
