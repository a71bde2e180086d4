-- Whom to try as: who owns a relation or has been granted anything on one, who is named as a user of this database, and whom
-- any of these can become. Superusers only if somebody else can become one: they are bound by nothing and are not meant to be.
with recursive granted as (
  select c.oid as relation, c.relowner as role
  from pg_class c
  where c.oid = any (?::oid[])

  union

  select c.oid, g.grantee
  from pg_class c, aclexplode(c.relacl) as g
  where c.oid = any (?::oid[]) and g.grantee <> 0

  union

  select a.attrelid, g.grantee
  from pg_attribute a, aclexplode(a.attacl) as g
  where a.attrelid = any (?::oid[]) and g.grantee <> 0
),
actor as (
  select r.oid
  from pg_roles r
  where not r.rolsuper
    and (r.oid in (select role from granted) or r.rolname = any (?))

  union

  select m.roleid
  from actor
  join pg_auth_members m on m.member = actor.oid
  -- From 16 on a membership may come without the right to become the role.
  where coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
)
select
  r.rolname as name,
  r.rolsuper or r.rolbypassrls as bypasses,
  exists (select from pg_class c where c.oid = any (?::oid[]) and c.relowner = r.oid) as owner
from actor
join pg_roles r on r.oid = actor.oid
where r.rolname !~ '^pg_'
  -- A user who has nothing but what it inherits from one role is bound as that role; of two, one may have the right, and the
  -- other the policy.
  and (
    r.rolbypassrls
    or r.rolsuper
    or r.oid in (select role from granted)
    or exists (select from pg_policy p where r.oid = any (p.polroles))
    or not exists (
      select from pg_auth_members m join granted g on g.role = m.roleid where m.member = r.oid
    )
    or (select count(distinct m.roleid) from pg_auth_members m where m.member = r.oid) > 1
  )
order by owner, r.rolname;
