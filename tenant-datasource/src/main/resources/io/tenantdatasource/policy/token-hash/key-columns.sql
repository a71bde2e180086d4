select
  pg_catalog.set_config('tenant_datasource.index_name', :'token_hash_key', false),
  pg_catalog.set_config('tenant_datasource.index', pg_catalog.format('%I.%I', :'sessions_schema', :'token_hash_key'), false),
  pg_catalog.set_config('tenant_datasource.index_table', pg_catalog.format('%I.%I', :'sessions_schema', :'sessions_table'), false),
  pg_catalog.set_config('tenant_datasource.index_unique', 'UNIQUE ', false),
  pg_catalog.set_config('tenant_datasource.index_columns', pg_catalog.format('%I', :'session_token_hash_column'), false),
  pg_catalog.set_config('tenant_datasource.index_tag', 'token hash key', false),
  pg_catalog.set_config('tenant_datasource.index_lock_timeout', :'lock_timeout', false);
