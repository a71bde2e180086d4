-- Step 1 of the login by token: the index by which it is found. Outside of a transaction, one statement at a time (they
-- end with a line "--;"), as it is built concurrently. Can be run again after any failure.
--
-- An index on the token itself is walked prefix by prefix, so how long a look-up takes could tell how much of a guess is
-- right. Of the hash of a guess nothing is right until all of it is.

\ir ../sessions/names.sql
--;

\ir ../sessions/require-token.sql
--;

select pg_catalog.set_config(
  'tenant_datasource.function', pg_catalog.format('%I.%I', :'sessions_schema', :'login_function'), false);
--;

\ir refuse-taken-names.sql
--;

\ir ../common/take-locks.sql
--;

\ir ../common/indexes.sql
--;

\ir index-columns.sql
--;

\ir adopt.sql
--;

\ir ../common/prepare-index.sql
--;

create index concurrently if not exists :"login_index"
  on :"sessions_schema".:"sessions_table"
  (pg_catalog.hashtextextended((:"session_token_column")::pg_catalog.text collate pg_catalog."C", 0))
  with (deduplicate_items = on);
--;

\ir ../common/mark-index.sql
