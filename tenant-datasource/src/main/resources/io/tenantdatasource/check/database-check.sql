-- Would PostgreSQL keep tenants apart, for the role that the application works as?
-- Reads the catalogue alone. One row a finding: the id of the rule, the role or the table, and SQL that mends it, or null.
-- Three parameters: the role that the application logs in as, or null for who asks; the role that connections assume, or null;
-- the name of the organization's column.
with recursive
  given (log_in, assumed_role, organization_column) as (
    select ?::text, ?::text, ?::text
  ),

  -- Fails where there is no such role to log in as.
  parameter as materialized (
    select
      pg_catalog.quote_ident(coalesce(log_in, session_user::text))::pg_catalog.regrole as logged_in,
      coalesce(assumed_role, log_in, current_user::text) as working,
      assumed_role,
      organization_column
    from given
  ),

  -- Before 16 whoever is a member may SET ROLE; since then a membership says whether.
  membership (privilege) as (
    select case when pg_catalog.current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end
  ),

  -- Whom the policies see, and who logged in. SET ROLE asks what the latter is a member of, and RESET ROLE leads back.
  me as (
    select works.*, logged_in
    from
      parameter
      join pg_catalog.pg_roles as works on works.rolname = working
  ),

  reachable as (
    select role.oid, role.rolname
    from
      me
      cross join membership
      join pg_catalog.pg_roles as role on role.oid <> me.oid and (role.rolsuper or role.rolbypassrls)
    where
      -- A superuser may become anybody, which is one finding and not one for each.
      not me.rolsuper
      and (
        role.oid = me.logged_in
        or (
          pg_catalog.pg_has_role(me.logged_in, role.oid, membership.privilege)
          and not (select rolsuper from pg_catalog.pg_roles where oid = me.logged_in)
        )
      )
  ),

  -- Tables that the application may use, and whether it counts as the owner, who without FORCE is bound by no policy.
  usable as (
    select
      class.oid,
      pg_catalog.format('%I.%I', namespace.nspname, class.relname) as name,
      class.relrowsecurity as is_protected,
      class.relforcerowsecurity as is_forced,
      pg_catalog.pg_has_role(me.oid, class.relowner, 'USAGE') as is_mine,
      me.oid as role,
      me.rolsuper or me.rolbypassrls as bypasses
    from
      me
      cross join pg_catalog.pg_class as class
      join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
    where
      class.relkind in ('r', 'p')
      and namespace.nspname !~ '^pg_'
      and namespace.nspname <> 'information_schema'
      and pg_catalog.has_schema_privilege(me.oid, namespace.oid, 'USAGE')
      and (
        pg_catalog.has_any_column_privilege(me.oid, class.oid, 'SELECT, INSERT, UPDATE')
        or pg_catalog.has_table_privilege(me.oid, class.oid, 'DELETE')
      )
  ),

  -- Whom exposed.sql asks for, and what the column of an organization is called.
  reader (reader_id) as (
    select oid from me
  ),

\ir ../policy/guard/accepted.sql

  named_column (name) as (
    select organization_column::name from parameter
  ),

\ir ../policy/guard/exposed.sql

select
  'superuser' as rule,
  rolname::text as object,
  pg_catalog.format('alter role %I nosuperuser;', rolname) as mend
from me
where rolsuper

union all
select 'bypass-rls', rolname, pg_catalog.format('alter role %I nobypassrls;', rolname)
from me
where rolbypassrls and not rolsuper

-- Who logs in as such a role is to log in as another one; a membership may be by way of others.
union all
select
  'can-turn-into-bypassing-role',
  reachable.rolname,
  case
    when exists (
      select
      from me join pg_catalog.pg_auth_members as membership on membership.member = me.logged_in
      where membership.roleid = reachable.oid
    )
    then pg_catalog.format('revoke %I from %s;', reachable.rolname, (select logged_in from me))
  end
from reachable

union all
select
  'role-not-assumable',
  assumed_role,
  pg_catalog.format('grant %I to %s;', assumed_role, logged_in)
from parameter cross join membership
where
  assumed_role is not null
  and not exists (
    select from me where pg_catalog.pg_has_role(me.logged_in, me.oid, membership.privilege)
  )

union all
select 'owner-without-force', name, 'alter table ' || name || ' force row level security;'
from usable
where is_protected and is_mine and not is_forced and not bypasses

-- Restrictive policies take away from what permissive ones show; alone they show nothing. Role 0 is PUBLIC.
union all
select
  'no-policy',
  name,
  (
    select 'grant ' || min(granted.role)::pg_catalog.regrole || ' to ' || usable.role::pg_catalog.regrole || ';'
    from pg_catalog.pg_policy as policy cross join lateral pg_catalog.unnest(policy.polroles) as granted (role)
    where
      policy.polrelid = usable.oid
      and policy.polpermissive
      -- Not the one that sees all rows, which is for migrations, nor those by which the owner looks up one. And only one of which
      -- the tenant is asked: membership in another role may show the rows of all of them.
      and pg_catalog.pg_get_expr(policy.polqual, policy.polrelid) ~ 'current_setting[(]''[^''.]+[.]'
      and (pg_catalog.obj_description(policy.oid, 'pg_policy') ~ '^tenant-datasource: (maintenance;|login|lookup_)')
        is not true
    having count(distinct granted.role) = 1
  )
from usable
where
  is_protected
  and not bypasses
  and not (is_mine and not is_forced)
  and not exists (
    select
    from pg_catalog.pg_policy as policy cross join lateral pg_catalog.unnest(policy.polroles) as granted (role)
    where
      policy.polrelid = usable.oid
      and policy.polpermissive
      and case when granted.role = 0 then true else pg_catalog.pg_has_role(usable.role, granted.role, 'USAGE') end
  )

-- Whom no policy binds is shown everything anyway; an owner was told of above; and each table is told of once.
union all
select rule, object, mend
from exposed cross join me
where
  (
    not (me.rolsuper or me.rolbypassrls)
    or rule in ('policy-without-row-security', 'organization-column-without-row-security')
  )
  and not (rule = 'row-security-not-forced' and object_id in (select oid from usable where is_mine))
  and not (
    rule in ('organization-column-without-row-security', 'foreign-key-without-row-security')
    and object_id in (select relation_id from protecting)
  )

order by rule, object
