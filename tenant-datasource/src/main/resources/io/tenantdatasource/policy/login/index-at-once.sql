-- Step 1 of the login by token in the transaction of the next one, for a table that may be locked as long as the index
-- takes, or one with partitions.

\ir ../sessions/names.sql
\ir ../sessions/require-token.sql

create index if not exists :"login_index"
  on :"sessions_schema".:"sessions_table"
  (pg_catalog.hashtextextended((:"session_token_column")::pg_catalog.text collate pg_catalog."C", 0));
