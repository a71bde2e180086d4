-- What row-level security has to say to the current role about tables, in the words of a message.
with named as (
  select distinct to_regclass(name) as oid from unnest(?::text[]) as n (name)
)
select
  format(
    '%s: row-level security %s',
    c.oid::regclass,
    case
      when row_security_active(c.oid) then 'is active for ' || current_user
      when c.relrowsecurity then 'is enabled, but not for ' || current_user || ', who bypasses it or owns the table'
      else 'is not enabled, so no policy is in the way'
    end
  ) as line,
  c.oid as relation,
  '' as policy
from named
join pg_class c on c.oid = named.oid
where c.relkind in ('r', 'p')

union all

select
  format(
    '  policy %I (%s, for %s, to %s)%s%s',
    p.polname,
    case when p.polpermissive then 'permissive' else 'restrictive' end,
    case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE' else 'ALL' end,
    (
      select string_agg(case when r.oid = 0 then 'public' else pg_get_userbyid(r.oid) end, ', ')
      from unnest(p.polroles) as r (oid)
    ),
    ' using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
    ' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'
  ),
  p.polrelid,
  p.polname::text
from named
join pg_policy p on p.polrelid = named.oid
-- 0 stands for everybody.
where exists (
  select from unnest(p.polroles) as r (oid)
  where r.oid = 0 or pg_has_role(current_user, r.oid, 'USAGE')
)
order by relation, policy;
