-- What decides which rows of a table the current role may read. Reads the catalogue alone.
-- One parameter: the table, as SQL names it. Fails where there is none (42P01).
-- One row for the table, one for each policy, one for each setting that these read.
with
  named as materialized (
    select ?::text::pg_catalog.regclass as oid
  ),

  subject as (
    select
      class.oid,
      pg_catalog.format('%I.%I', namespace.nspname, class.relname) as name,
      class.relkind,
      class.relrowsecurity,
      case
        when class.relkind in ('r', 'p') then pg_catalog.row_security_active(class.oid)
        else false
      end as is_active
    from
      named
      join pg_catalog.pg_class as class on class.oid = named.oid
      join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
  ),

  -- A row is read by SELECT, and by UPDATE and DELETE too, which look for it in the same way.
  policy as (
    select
      policy.oid,
      policy.polname,
      policy.polpermissive,
      pg_catalog.pg_get_expr(policy.polqual, policy.polrelid) as expression,
      (
        select pg_catalog.string_agg(
          case when role.oid = 0 then 'public' else role.oid::pg_catalog.regrole::text end, ', ' order by role.oid)
        from pg_catalog.unnest(policy.polroles) as role (oid)
      ) as roles,
      -- 0 stands for everybody, whom no function knows.
      exists (
        select
        from pg_catalog.unnest(policy.polroles) as role (oid)
        where case when role.oid = 0 then true else pg_catalog.pg_has_role(current_user, role.oid, 'USAGE') end
      ) as applies,
      pg_catalog.starts_with(
        pg_catalog.obj_description(policy.oid, 'pg_policy'), 'tenant-datasource: maintenance;') is true as is_for_maintenance,
      (pg_catalog.obj_description(policy.oid, 'pg_policy') ~ '^tenant-datasource: (login|lookup_)') is true as is_a_look_up
    from subject join pg_catalog.pg_policy as policy on policy.polrelid = subject.oid
    where policy.polcmd in ('r', '*')
  ),

  setting as (
    select distinct found.name[1] as name
    from
      policy
      cross join lateral pg_catalog.regexp_matches(
        policy.expression, 'current_setting[(]''([^''.]+[.][^'']+)''', 'g') as found (name)
    where policy.applies
  ),

  -- A maintenance policy shows all rows but to who falls under the other policies as well, which it asks for.
  for_all as (
    select policy.polname
    from
      policy
      cross join lateral pg_catalog.regexp_match(
        policy.expression,
        '^[(] SELECT [(][(]NOT pg_has_role[(]CURRENT_USER, ''((?:[^'']|'''')+)''::name, ''([a-z, ]+)''::text[)][)] AND '
        || '[(]NOT pg_has_role[(]SESSION_USER, ''((?:[^'']|'''')+)''::name, ''([a-z, ]+)''::text[)][)][)][^()]*[)]$') as asked (of)
      join pg_catalog.pg_roles as tenants on tenants.rolname = pg_catalog.replace(asked.of[1], '''''', '''')
    where
      policy.applies
      and policy.is_for_maintenance
      and asked.of[1:2] = asked.of[3:4]
      and not pg_catalog.pg_has_role(current_user, tenants.oid, asked.of[2])
      and not pg_catalog.pg_has_role(session_user, tenants.oid, asked.of[2])
      and not exists (select from policy as other where other.applies and not other.polpermissive)
  )

select
  'table' as kind,
  subject.name,
  case
    when not pg_catalog.has_any_column_privilege(subject.oid, 'SELECT') then 'not readable'
    when subject.relkind = 'v' then 'a view'
    when subject.relkind = 'm' then 'a materialized view'
    when subject.is_active then 'bound'
    when subject.relrowsecurity then 'not bound'
    else 'not protected'
  end as state,
  current_user::text as detail
from subject

union all
select
  case
    when not applies then 'policy of others'
    when polpermissive then 'permissive policy'
    else 'restrictive policy'
  end,
  polname,
  roles,
  expression
from policy
-- Nobody who misses a row is to be granted what shows it to everybody, such as to who cleans up or migrates, nor the owner's
-- rights, as whom look-ups run. So only those count of which the tenant is asked.
where
  applies
  or (
    polpermissive
    and not is_for_maintenance
    and not is_a_look_up
    and expression ~ 'current_setting[(]''[^''.]+[.]'
  )

-- What sees all rows: only then is a row that is not seen not there.
union all
select 'sees all', polname, null, null
from for_all

union all
select 'path', 'search_path', null, pg_catalog.current_setting('search_path')

union all
select 'setting', name, null, pg_catalog.current_setting(name, true)
from setting

order by kind, name
