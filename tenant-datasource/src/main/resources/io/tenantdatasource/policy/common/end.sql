select
  set_config('tenant_datasource.in_transaction', '', true),
  set_config('tenant_datasource.referenced_table', '', true),
  set_config('tenant_datasource.referenced_mode', '', true),
  set_config('tenant_datasource.remembered', '', true),
  set_config('tenant_datasource.alter_views', '', true),
  set_config('tenant_datasource.shown_to_all', '', false),
  set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true),
  set_config('tenant_datasource.ddl_guard', current_setting('tenant_datasource.former_ddl_guard'), true),
  set_config('client_min_messages', current_setting('tenant_datasource.client_min_messages'), true),
  set_config('search_path', current_setting('tenant_datasource.search_path'), true);
