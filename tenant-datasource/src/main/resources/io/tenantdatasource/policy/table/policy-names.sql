-- What only the scripts that create policies name.
select
  set_config('tenant_datasource.' || name, value, true)
from (
  values
    ('role', :'role'),
    ('kept_policies', 'tenant_select_policy tenant_insert_policy tenant_update_policy tenant_delete_policy'),
    ('views', :'views')
) as names (name, value);
