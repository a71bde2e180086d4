-- The indexes, as the catalogue has them.
select set_config('tenant_datasource.indexes', jsonb_build_array(
  jsonb_build_object(
    'name', :'users_key',
    'table', current_setting('tenant_datasource.users'),
    'unique', 'UNIQUE ',
    'columns', format('%I, %I', :'users_id_column', :'users_organization_column')),
  jsonb_build_object(
    'name', :'user_index',
    'table', current_setting('tenant_datasource.table'),
    'unique', '',
    'columns', format('%I, %I', :'session_user_column', :'session_organization_column')),
  jsonb_build_object(
    'name', :'newest_index',
    'table', current_setting('tenant_datasource.table'),
    'unique', '',
    'columns', format('%I, %I DESC', :'session_organization_column', :'session_created_column'),
    'where', :'session_created_column'),
  jsonb_build_object(
    'name', :'organization_index',
    'table', current_setting('tenant_datasource.table'),
    'unique', '',
    'columns', format('%I', :'session_organization_column'),
    'where_missing', :'session_created_column'),
  jsonb_build_object(
    'name', :'expired_index',
    'table', current_setting('tenant_datasource.table'),
    'unique', '',
    'columns', format('%I', :'session_expires_column'),
    'where', :'session_expires_column')
)::text, true);
