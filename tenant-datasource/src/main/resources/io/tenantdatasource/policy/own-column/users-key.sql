-- Step 1 of the organization's own column: what the foreign key of step 2 refers to. Outside of a transaction, one
-- statement at a time (they end with a line "--;"), as an index is built concurrently. Can be run again after any failure.

select pg_catalog.set_config(
  'tenant_datasource.index', pg_catalog.format('%I.%I', :'users_schema', :'users_key'), false);
--;

\ir ../common/drop-invalid-index.sql
--;

create unique index concurrently if not exists :"users_key"
  on :"users_schema".:"users_table" (:"users_id_column", :"users_organization_column");
