-- The columns of those relations, with what a value of each has to look like.
select
  a.attrelid as relation,
  a.attname as name,
  format_type(a.atttypid, a.atttypmod) as type,
  format_type(b.oid, case when t.typtype = 'd' then t.typtypmod else a.atttypmod end) as base_type,
  b.typname as base_name,
  b.typcategory as category,
  format_type(nullif(coalesce(nullif(b.typelem, 0), r.rngsubtype), 0), null) as element_type,
  (select array_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = b.oid)::text[] as labels,
  a.attnotnull or t.typnotnull as required,
  a.atthasdef or a.attidentity <> '' as has_default,
  a.attidentity = 'a' as always_identity,
  a.attgenerated <> '' as generated
from pg_attribute a
join pg_type t on t.oid = a.atttypid
-- A domain over a domain: the type below all of them.
cross join lateral (
  with recursive below as (
    select t.oid as oid, t.typbasetype, t.typtype
    union all
    select u.oid, u.typbasetype, u.typtype from below join pg_type u on u.oid = below.typbasetype where below.typtype = 'd'
  )
  select below.oid from below where below.typtype <> 'd'
) as base
join pg_type b on b.oid = base.oid
left join pg_range r on r.rngtypid = b.oid
where a.attnum > 0
  and not a.attisdropped
  and a.attrelid = any (?::oid[])
order by a.attrelid, a.attnum;
