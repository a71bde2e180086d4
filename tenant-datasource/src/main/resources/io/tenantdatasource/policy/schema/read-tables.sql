-- What there is in a schema that holds rows or shows them, by name: tables, partitioned and foreign ones, views, and
-- materialized views. What belongs to an extension is not the user's. part_of is the table that a partition or a child is read
-- through; leading are the first
-- columns of the table's indexes; reads, what a view reads.
select
  relname as name,
  relkind::text as kind,
  (
    with recursive above (id) as (
      select inhparent from pg_inherits where inhrelid = pg_class.oid
      union
      select inhparent from above join pg_inherits on inhrelid = id
    )
    select min(root.relname)
    from above
    join pg_class as root on root.oid = id
    where not exists (select from pg_inherits where inhrelid = root.oid)
      and root.relnamespace = pg_class.relnamespace
  ) as part_of,
  relispartition as is_partition,
  array(
    select attname::text
    from pg_attribute
    where attrelid = pg_class.oid
      and attnum > 0
      and not attisdropped
    order by attnum
  ) as columns,
  array(
    select attname::text
    from pg_attribute
    where attrelid = pg_class.oid
      and attnum > 0
      and not attisdropped
      and attnotnull
    order by attnum
  ) as required,
  array(
    select attname::text
    from pg_attribute
    where attrelid = pg_class.oid
      and attnum > 0
      and not attisdropped
      and attgenerated <> ''
    order by attnum
  ) as generated,
  coalesce(
    (
      select array_agg(attname::text order by place)
      from pg_index
      cross join unnest(indkey::smallint[]) with ordinality as key (number, place)
      join pg_attribute on attrelid = indrelid and attnum = number
      where indrelid = pg_class.oid
        and indisprimary
    ),
    '{}') as primary_key,
  array(
    select distinct attname::text
    from pg_index
    join pg_attribute on attrelid = indrelid and attnum = indkey[0]
    where indrelid = pg_class.oid
      and indisvalid
      and indpred is null
    order by 1
  ) as leading,
  array(
    select distinct read.relname::text
    from pg_rewrite
    join pg_depend on classid = 'pg_rewrite'::regclass and objid = pg_rewrite.oid and refclassid = 'pg_class'::regclass
    join pg_class as read on read.oid = refobjid
    where ev_class = pg_class.oid
      and read.oid <> ev_class
      and read.relnamespace = pg_class.relnamespace
      and read.relkind in ('r', 'p', 'f', 'v', 'm')
      and pg_class.relkind in ('v', 'm')
    order by 1
  ) as reads,
  coalesce(
    (select option_value::boolean from pg_options_to_table(reloptions) where option_name = 'security_invoker'),
    false) as as_reader
from pg_class
where relnamespace = (select oid from pg_namespace where nspname = :'schema')
  and relkind in ('r', 'p', 'f', 'v', 'm')
  and relpersistence <> 't'
  and not exists (
    select
    from pg_depend
    where classid = 'pg_class'::regclass
      and objid = pg_class.oid
      and deptype = 'e')
order by relname
