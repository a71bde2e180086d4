  -- Of whom and with what exposed.sql asks in scripts: the roles that our policies are for, and whoever may become one of them.
  -- Since PostgreSQL 16 who creates a role is a member of it that neither inherits its rights nor may assume it.
  serving_role (role_id) as materialized (
    select distinct granted.role_id
    from pg_catalog.pg_policy as policy
    join pg_catalog.pg_description as description
      on description.objoid = policy.oid
      and description.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass
    cross join lateral pg_catalog.unnest(policy.polroles) as granted (role_id)
    where description.description ~ '^tenant-datasource: (table|through users|own column); '
  ),

  reader (reader_id) as materialized (
    select role.oid
    from pg_catalog.pg_roles as role
    where not role.rolsuper
      and not role.rolbypassrls
      and exists (
        select
        from serving_role
        where case
          when role_id = 0 then true
          else pg_catalog.pg_has_role(
            role.oid,
            role_id,
            case when pg_catalog.current_setting('server_version_num')::integer >= 160000 then 'usage, set' else 'member' end)
        end)
  ),

\ir accepted.sql

  named_column (name) as (
    select null::name
    where false
  ),
