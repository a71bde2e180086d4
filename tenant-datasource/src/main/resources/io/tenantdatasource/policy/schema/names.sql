-- psql replaces no variables inside of a DO body; settings carry them there.
select
  pg_catalog.set_config('tenant_datasource.' || name, value, false)
from (
  values
    ('role', :'role'),
    ('maintenance_role', :'maintenance_role'),
    ('organization_setting', :'organization_setting'),
    ('user_setting', :'user_setting'),
    ('policy_prefix', 'tenant'),
    ('shape', 'table'),
    ('kept_policies', 'tenant_select_policy tenant_insert_policy tenant_update_policy tenant_delete_policy '
      'tenant_maintenance_policy')
) as names (name, value);
