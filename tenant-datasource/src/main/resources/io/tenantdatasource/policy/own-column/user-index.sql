-- An index for the sessions of one user, and for what the foreign key looks up. Outside of a transaction, one
-- statement at a time (they end with a line "--;"), as it is built concurrently. Can be run again after any failure.

select pg_catalog.set_config(
  'tenant_datasource.index', pg_catalog.format('%I.%I', :'sessions_schema', :'user_index'), false);
--;

\ir ../common/drop-invalid-index.sql
--;

create index concurrently if not exists :"user_index"
  on :"sessions_schema".:"sessions_table" (:"session_user_column", :"session_organization_column");
