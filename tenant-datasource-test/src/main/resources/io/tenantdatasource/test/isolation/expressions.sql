-- The texts that decide who sees what: of policies, views and functions. What they name is worth having in a row.
select pg_get_expr(p.polqual, p.polrelid) as text from pg_policy p where p.polqual is not null

union

select pg_get_expr(p.polwithcheck, p.polrelid) from pg_policy p where p.polwithcheck is not null

union

select pg_get_viewdef(c.oid)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('v', 'm')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'

union

select pg_get_functiondef(p.oid)
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
where p.prokind in ('f', 'p')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
  and not exists (
    select from pg_depend d
    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
  );
