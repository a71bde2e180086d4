-- What a role may do with each relation, by column, whether granted to it, to PUBLIC, or to a role that it inherits from.
select
  c.oid as relation,
  array_remove(array_agg(case when has_column_privilege(?, c.oid, a.attnum, 'SELECT') then a.attname end), null)::text[] as selectable,
  array_remove(array_agg(case when has_column_privilege(?, c.oid, a.attnum, 'INSERT') then a.attname end), null)::text[] as insertable,
  array_remove(array_agg(case when has_column_privilege(?, c.oid, a.attnum, 'UPDATE') then a.attname end), null)::text[] as updatable,
  has_table_privilege(?, c.oid, 'DELETE') as deletable,
  -- An owner could do worse.
  has_table_privilege(?, c.oid, 'TRUNCATE') and not pg_has_role(?, c.relowner, 'USAGE') as truncatable
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.oid = any (?::oid[])
  and has_schema_privilege(?, c.relnamespace, 'USAGE')
group by c.oid
order by c.oid;
