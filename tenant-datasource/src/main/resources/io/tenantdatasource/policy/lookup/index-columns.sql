-- The columns of the index, as the catalogue has them. The type is known by now.
select
  pg_catalog.set_config('tenant_datasource.index_table', pg_catalog.current_setting('tenant_datasource.table'), false),
  pg_catalog.set_config('tenant_datasource.index_unique', '', false),
  pg_catalog.set_config('tenant_datasource.index_tag', pg_catalog.current_setting('tenant_datasource.lookup'), false),
  pg_catalog.set_config('tenant_datasource.index_lock_timeout', :'lock_timeout', false),
  pg_catalog.set_config(
    'tenant_datasource.index_columns',
    pg_catalog.format(
      case
        when atttypid = 'pg_catalog.text'::pg_catalog.regtype then 'hashtextextended((%I COLLATE "C"), (0)::bigint)'
        else 'hashtextextended(((%I)::text COLLATE "C"), (0)::bigint)'
      end,
      attname),
    false)
from pg_catalog.pg_attribute
where attrelid = pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'))
  and attname = :'column';
