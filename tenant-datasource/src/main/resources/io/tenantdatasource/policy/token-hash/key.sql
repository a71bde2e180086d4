-- Step 3: the index by which a hash is found. Outside of a transaction, one statement at a time (they end with a line
-- "--;"), as it is built concurrently. Can be run again after any failure.

\ir ../common/take-locks.sql
--;

\ir ../common/indexes.sql
--;

\ir key-columns.sql
--;

\ir ../common/prepare-index.sql
--;

create unique index concurrently if not exists :"token_hash_key"
  on :"sessions_schema".:"sessions_table" (:"session_token_hash_column")
  with (deduplicate_items = on);
--;

\ir ../common/mark-index.sql
