-- psql replaces no variables inside of a DO body; settings carry them there. lookup is what marks all that one look-up has made,
-- and names the setting that holds what is looked up: a hash of the function's name, for a name may hold anything.
select
  pg_catalog.set_config('tenant_datasource.' || name, value, false)
from (
  values
    ('table', pg_catalog.format('%I.%I', :'schema', :'table')),
    ('referenced_table', ''),
    ('alter_views', ''),
    ('policy_prefix', 'tenant'),
    ('role', :'lookup_role'),
    ('function', pg_catalog.format('%I.%I', :'schema', :'lookup_function')),
    ('function_name', :'lookup_function'),
    ('lookup', 'lookup_' || pg_catalog.left(
      pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(:'lookup_function', 'UTF8')), 'hex'), 16)),
    ('lookup_column', :'column'),
    ('lookup_returned', :'returned'),
    ('lookup_match', :'match'),
    ('lookup_several', :'several'),
    ('index_name', :'lookup_index'),
    ('index', pg_catalog.format('%I.%I', :'schema', :'lookup_index'))
) as names (name, value);
