-- The policies, and the roles that each is for (0 stands for all).
select
  p.polrelid as relation,
  p.polname as name,
  p.polpermissive as permissive,
  p.polcmd as command,
  (
    select array_agg(case when r.oid = 0 then 'public' else pg_get_userbyid(r.oid) end)
    from unnest(p.polroles) as r (oid)
  )::text[] as roles,
  pg_get_expr(p.polqual, p.polrelid) as using_expression,
  pg_get_expr(p.polwithcheck, p.polrelid) as check_expression
from pg_policy p
where p.polrelid = any (?::oid[])
order by p.polrelid, p.polname;
