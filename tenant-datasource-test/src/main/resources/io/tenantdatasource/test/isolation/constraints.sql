-- Checks, foreign keys, and the columns that are unique together (constraints and plain unique indexes alike).
select
  c.conrelid as relation,
  c.contype::text as kind,
  (
    select array_agg(a.attname order by k.position)
    from unnest(c.conkey) with ordinality as k (attnum, position)
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum
  )::text[] as columns,
  nullif(c.confrelid, 0) as referenced,
  (
    select array_agg(a.attname order by k.position)
    from unnest(c.confkey) with ordinality as k (attnum, position)
    join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum
  )::text[] as referenced_columns,
  case when c.contype = 'c' then pg_get_expr(c.conbin, c.conrelid) end as expression
from pg_constraint c
where c.conrelid = any (?::oid[])
  and c.contype in ('c', 'f')
  -- A reference to a partitioned table has a copy for each of its partitions.
  and not exists (
    select from pg_constraint whole where whole.oid = c.conparentid and whole.conrelid = c.conrelid
  )

union all

-- What a partition takes: the same as a check, of columns that its text names.
select c.oid, 'b', null::text[], null::oid, null::text[], pg_get_partition_constraintdef(c.oid)
from pg_class c
where c.oid = any (?::oid[])
  and c.relispartition
  -- A default partition that is alone takes everything.
  and pg_get_partition_constraintdef(c.oid) is not null

union all

select
  i.indrelid,
  case when i.indisprimary then 'p' else 'u' end,
  (
    select array_agg(a.attname order by k.position)
    from unnest(i.indkey::int2[]) with ordinality as k (attnum, position)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where k.position <= i.indnkeyatts
  )::text[],
  null::oid,
  null::text[],
  null
from pg_index i
where i.indrelid = any (?::oid[])
  and i.indisunique
  and i.indimmediate
  and i.indpred is null
  and i.indexprs is null
order by 1, 2, 3;
