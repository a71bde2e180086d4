-- An index for the sessions of one user, and for what the foreign key looks up. Outside of a transaction, one
-- statement at a time (they end with a line "--;"), as it is built concurrently. Can be run again after any failure.

\ir ../common/take-locks.sql
--;

\ir ../common/indexes.sql
--;

select
  pg_catalog.set_config('tenant_datasource.index', pg_catalog.format('%I.%I', :'sessions_schema', :'user_index'), false),
  pg_catalog.set_config('tenant_datasource.index_table', pg_catalog.format('%I.%I', :'sessions_schema', :'sessions_table'), false),
  pg_catalog.set_config('tenant_datasource.index_unique', '', false),
  pg_catalog.set_config('tenant_datasource.index_columns', pg_catalog.format('%I, %I', :'session_user_column', :'session_organization_column'), false),
  pg_catalog.set_config('tenant_datasource.index_tag', 'own column', false),
  pg_catalog.set_config('tenant_datasource.index_lock_timeout', :'lock_timeout', false);
--;

\ir ../common/prepare-index.sql
--;

create index concurrently if not exists :"user_index"
  on :"sessions_schema".:"sessions_table" (:"session_user_column", :"session_organization_column")
  with (deduplicate_items = on);
--;

\ir ../common/mark-index.sql
