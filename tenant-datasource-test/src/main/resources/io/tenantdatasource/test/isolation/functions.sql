-- Functions and procedures that run with the rights of their owner. All others run with the caller's, whom the policies bind.
select
  p.oid,
  n.nspname as schema,
  p.proname as name,
  pg_get_function_identity_arguments(p.oid) as arguments,
  p.prokind as kind,
  (
    select coalesce(array_agg(format_type(t.oid, null) order by a.position), '{}')
    from unnest(p.proargtypes::oid[]) with ordinality as a (oid, position)
    join pg_type t on t.oid = a.oid
    where a.position <= p.pronargs - p.pronargdefaults
  )::text[] as argument_types
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
where p.prosecdef
  and p.prokind in ('f', 'p')
  and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
  and not exists (
    select from pg_depend d
    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
  )
order by n.nspname, p.proname, 4;
