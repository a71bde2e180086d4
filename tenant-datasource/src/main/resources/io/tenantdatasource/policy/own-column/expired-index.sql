-- An index for clean-up. Outside of a transaction, one
-- statement at a time (they end with a line "--;"), as it is built concurrently. Can be run again after any failure.

select pg_catalog.set_config(
  'tenant_datasource.index', pg_catalog.format('%I.%I', :'sessions_schema', :'expired_index'), false);
--;

\ir ../common/drop-invalid-index.sql
--;

create index concurrently if not exists :"expired_index"
  on :"sessions_schema".:"sessions_table" (:"session_expires_column");
