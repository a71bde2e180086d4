-- The foreign keys of a schema's tables, each once: not those that partitions have from their table, nor those that repeat
-- another one's columns. changes_rows says whether the end of a parent's row changes those that name it; emptied, which columns
-- that or a change of its key may make NULL. parent is NULL for a table of another schema, which parent_name names all the same.
select
  child.relname as name,
  case when parent.relnamespace = child.relnamespace then parent.relname end as parent,
  parent.oid::regclass::text as parent_name,
  columns,
  parent_columns,
  bool_or(is_deferrable) as is_deferrable,
  bool_or(is_enforced) as is_enforced,
  bool_or(changes_rows) as changes_rows,
  coalesce(
    (
      select array_agg(distinct attname::text)
      from pg_constraint
      cross join unnest(case
        when confupdtype in ('n', 'd') then conkey
        when confdeltype in ('n', 'd') then coalesce(confdelsetcols, conkey)
      end) as number
      join pg_attribute on attrelid = conrelid and attnum = number
      where pg_constraint.oid = any (array_agg(id))
    ),
    '{}') as emptied
from (
  select
    oid,
    conrelid,
    confrelid,
    condeferrable,
    -- Before PostgreSQL 18 all are.
    coalesce((to_jsonb(pg_constraint) ->> 'conenforced')::boolean, true),
    confdeltype in ('c', 'n', 'd'),
    array(
      select attname::text
      from unnest(conkey) with ordinality as key (number, place)
      join pg_attribute on attrelid = conrelid and attnum = number
      order by place
    ),
    array(
      select attname::text
      from unnest(confkey) with ordinality as key (number, place)
      join pg_attribute on attrelid = confrelid and attnum = number
      order by place
    )
  from pg_constraint
  where contype = 'f'
    and conparentid = 0
) as keys (id, child_id, parent_id, is_deferrable, is_enforced, changes_rows, columns, parent_columns)
join pg_class as child on child.oid = child_id
join pg_class as parent on parent.oid = parent_id
where child.relnamespace = (select oid from pg_namespace where nspname = :'schema')
group by child.relname, child.relnamespace, parent.oid, parent.relname, parent.relnamespace, columns, parent_columns
order by child.relname, columns, parent.relname, parent_columns
