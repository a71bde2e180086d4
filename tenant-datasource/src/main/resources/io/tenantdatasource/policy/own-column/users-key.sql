-- Step 1 of the organization's own column: what the foreign key of step 2 refers to. Outside of a transaction, one statement at
-- a time (they end with a line "--;"), as an index is built concurrently. Can be run again after any failure.

\ir ../common/take-locks.sql
--;

\ir ../common/indexes.sql
--;

select
  pg_catalog.set_config('tenant_datasource.index', pg_catalog.format('%I.%I', :'users_schema', :'users_key'), false),
  pg_catalog.set_config('tenant_datasource.index_table', pg_catalog.format('%I.%I', :'users_schema', :'users_table'), false),
  pg_catalog.set_config('tenant_datasource.index_unique', 'UNIQUE ', false),
  pg_catalog.set_config('tenant_datasource.index_columns', pg_catalog.format('%I, %I', :'users_id_column', :'users_organization_column'), false),
  pg_catalog.set_config('tenant_datasource.index_tag', 'own column', false),
  pg_catalog.set_config('tenant_datasource.index_lock_timeout', :'lock_timeout', false);
--;

\ir ../common/prepare-index.sql
--;

create unique index concurrently if not exists :"users_key"
  on :"users_schema".:"users_table" (:"users_id_column", :"users_organization_column")
  with (deduplicate_items = on);
--;

\ir ../common/mark-index.sql
