-- A callback: Flyway runs it before each migration that is pending, and nothing where none is.
--
-- Generated from tenant-datasource's resources.

-- Refuses to go on where row security binds the current role on a table that tenant-datasource protects: there an UPDATE or a
-- DELETE touches no row and reports success, and a new foreign key is found valid without a look at any row. Run it before
-- migrations, as the role that runs them. It changes nothing, and passes where nothing is protected.
do $require_unbound$
declare
  path constant text := pg_catalog.current_setting('search_path');
  -- Conditions that hold for every row, for the current role.
  all_rows text[] := '{true}';
  bound text;
  advice text;
begin
  -- Nothing below means an object that somebody else put in front of PostgreSQL's own.
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  -- A maintenance policy hides the rows from who falls under the other policies as well. Its condition is read as a whole, and
  -- what it asks is asked here: to execute it would execute whatever somebody has put into a policy that only looks like one.
  select all_rows || coalesce(array_agg(distinct expression), '{}')
  into all_rows
  from pg_policy
  join pg_description on objoid = pg_policy.oid and classoid = 'pg_policy'::regclass
  cross join unnest(array[pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)]) as expression
  cross join lateral regexp_match(
    expression,
    '^[(] SELECT [(][(]NOT pg_has_role[(]CURRENT_USER, ''((?:[^'']|'''')+)''::name, ''([a-z, ]+)''::text[)][)] AND '
      || '[(]NOT pg_has_role[(]SESSION_USER, ''((?:[^'']|'''')+)''::name, ''([a-z, ]+)''::text[)][)][)][^()]*[)]$') as asked (of)
  join pg_roles as tenants on tenants.rolname = replace(asked.of[1], '''''', '''')
  where starts_with(description, 'tenant-datasource: maintenance;')
    and row_security_active(polrelid)
    and asked.of[1:2] = asked.of[3:4]
    and not pg_has_role(current_user, tenants.oid, asked.of[2])
    and not pg_has_role(session_user, tenants.oid, asked.of[2]);

  select
    string_agg(relation::text, ', ' order by relation::text),
    string_agg(distinct case
      when maintenance is null then
        format('Give the policies a maintenance role, by maintenanceRole(…), and grant that to %I.', current_user)
      when pg_has_role(maintenance, 'usage') then
        format(
          'Role %I shows no rows to who works for tenants as well: neither %I nor %I, as whom the session began, may be a member '
          'of the role that the other policies are for.', maintenance, current_user, session_user)
      when current_setting('server_version_num')::integer >= 160000 then
        format('Run: grant %I to %I with inherit true.', maintenance, current_user)
      when pg_has_role(maintenance, 'member') then
        format('%1$I does not inherit the roles that it is a member of. Run: alter role %1$I inherit.', current_user)
      else
        format('Run: grant %I to %I.', maintenance, current_user)
    end, ' ')
  into bound, advice
  from (
    select
      polrelid::regclass as relation,
      bool_or(starts_with(description, 'tenant-datasource: ')) as is_ours,
      -- Of several, one that the current role has.
      (array_agg(rolname order by pg_has_role(rolname, 'usage') desc, rolname)
        filter (where starts_with(description, 'tenant-datasource: maintenance;')))[1] as maintenance,
      coalesce(bool_or(
        polpermissive
        and polcmd = '*'
        and (grantee = 0 or pg_has_role(grantee, 'usage'))
        and pg_get_expr(polqual, polrelid) = any (all_rows)
        and coalesce(pg_get_expr(polwithcheck, polrelid), 'true') = any (all_rows)), false) as shows_all
    from pg_policy
    cross join unnest(polroles) as grantee
    left join pg_description on objoid = pg_policy.oid and classoid = 'pg_policy'::regclass
    left join pg_roles on pg_roles.oid = grantee
    where row_security_active(polrelid)
      -- Who has no right on a table is told so by each statement.
      and (has_table_privilege(polrelid, 'delete') or has_any_column_privilege(polrelid, 'select, update'))
    group by polrelid
  ) as tables
  where is_ours and not shows_all;

  if bound is not null then
    raise exception 'row security binds % on %: a migration of data would touch no row there and report success',
      quote_ident(current_user), bound
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = advice;
  end if;

  perform set_config('search_path', path, true);
end
$require_unbound$;
