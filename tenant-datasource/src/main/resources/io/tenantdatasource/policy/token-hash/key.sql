-- Step 3: the index by which a hash is found. Outside of a transaction, one statement at a time (they end with a line
-- "--;"), as it is built concurrently. Can be run again after any failure.

select pg_catalog.set_config(
  'tenant_datasource.index', pg_catalog.format('%I.%I', :'sessions_schema', :'token_hash_key'), false);
--;

\ir ../common/drop-invalid-index.sql
--;

create unique index concurrently if not exists :"token_hash_key"
  on :"sessions_schema".:"sessions_table" (:"session_token_hash_column");
