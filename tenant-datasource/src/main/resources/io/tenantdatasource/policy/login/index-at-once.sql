-- Step 1 of the login by token in the transaction of the next one, for a table that may be locked as long as the index
-- takes, or one with partitions.

\ir ../sessions/names.sql
\ir ../common/begin.sql
\ir ../sessions/require-token.sql
\ir index-columns.sql

select set_config('tenant_datasource.function', format('%I.%I', :'sessions_schema', :'login_function'), true);

\ir adopt.sql
\ir ../common/indexes.sql
\ir ../common/index-at-once.sql
\ir ../common/end.sql
