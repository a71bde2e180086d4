-- An index for an organization's newest sessions, and for all of them. Outside of a transaction, one
-- statement at a time (they end with a line "--;"), as it is built concurrently. Can be run again after any failure.

\ir ../common/take-locks.sql
--;

\ir ../common/indexes.sql
--;

select
  pg_catalog.set_config('tenant_datasource.index', pg_catalog.format('%I.%I', :'sessions_schema', :'newest_index'), false),
  pg_catalog.set_config('tenant_datasource.index_table', pg_catalog.format('%I.%I', :'sessions_schema', :'sessions_table'), false),
  pg_catalog.set_config('tenant_datasource.index_unique', '', false),
  pg_catalog.set_config('tenant_datasource.index_columns', pg_catalog.format('%I, %I DESC', :'session_organization_column', :'session_created_column'), false),
  pg_catalog.set_config('tenant_datasource.index_tag', 'own column', false),
  pg_catalog.set_config('tenant_datasource.index_lock_timeout', :'lock_timeout', false);
--;

\ir ../common/prepare-index.sql
--;

create index concurrently if not exists :"newest_index"
  on :"sessions_schema".:"sessions_table" (:"session_organization_column", :"session_created_column" desc)
  with (deduplicate_items = on);
--;

\ir ../common/mark-index.sql
