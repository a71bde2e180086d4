-- psql replaces no variables inside of a DO body; settings carry them there.
select
  pg_catalog.set_config('tenant_datasource.' || name, value, false)
from (
  values
    ('table', pg_catalog.format('%I.%I', :'schema', :'table')),
    ('referenced_table', ''),
    ('alter_views', ''),
    ('shown_to_all', ''),
    ('policy_prefix', 'tenant'),
    ('shape', 'table')
) as names (name, value);
