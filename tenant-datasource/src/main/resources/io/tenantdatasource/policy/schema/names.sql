-- psql replaces no variables inside of a DO body; settings carry them there.
select
  pg_catalog.set_config('tenant_datasource.' || name, value, false)
from (
  values
    ('role', :'role'),
    ('maintenance_role', :'maintenance_role'),
    ('organization_setting', :'organization_setting'),
    ('user_setting', :'user_setting'),
    -- Views that may show what they show.
    ('shown_to_all', (
      select pg_catalog.array_agg(pg_catalog.quote_ident(:'schema') || '.' || pg_catalog.quote_ident(name))::text
      from pg_catalog.jsonb_array_elements_text(:'global') as name
      where pg_catalog.to_regclass(pg_catalog.quote_ident(:'schema') || '.' || pg_catalog.quote_ident(name)) is not null)),
    ('policy_prefix', 'tenant'),
    ('shape', 'table'),
    ('kept_policies', 'tenant_select_policy tenant_insert_policy tenant_update_policy tenant_delete_policy')
) as names (name, value);
