-- Functions and procedures that run with the rights of their owner. All others run with the caller's, whom the policies bind.
select
  p.oid,
  n.nspname as schema,
  p.proname as name,
  pg_get_function_identity_arguments(p.oid) as arguments,
  p.prokind as kind,
  argument.types as argument_types,
  argument.modes as argument_modes,
  p.pronargdefaults as defaults,
  p.prorettype = 'refcursor'::regtype as answers_with_cursor
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
cross join lateral (
  select
    coalesce(
      array_agg(
        case
          when a.oid in ('anyarray'::regtype, 'anycompatiblearray'::regtype) then 'text[]'
          when t.typtype = 'p' and t.typname like 'any%' then 'text'
          else format_type(a.oid, null)
        end
        order by a.position
      ),
      '{}'
    )::text[] as types,
    coalesce(array_agg(coalesce(a.mode, 'i') order by a.position), '{}')::text[] as modes
  from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargmodes) with ordinality as a (oid, mode, position)
  join pg_type t on t.oid = a.oid
  -- CALL has to name what a procedure gives back, too.
  where coalesce(a.mode, 'i') in ('i', 'b', 'v') or (p.prokind = 'p' and a.mode = 'o')
) as argument
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
