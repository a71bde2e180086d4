-- A view reads with its owner's rights, so one whose owner no policy binds shows the role all rows; one with
-- security_invoker reads with those of whoever runs the query, also where another view reads it (CREATE VIEW, "Notes"). A
-- materialized view is a copy, for which there are no policies. A rule other than a view's own acts with its owner's rights
-- always (chapter "Rules and Privileges"). Functions with SECURITY DEFINER are not seen here: their bodies are text.
do $refuse_views_that_show_more$
declare
  role_name constant name := current_setting('tenant_datasource.role');
  protected constant oid[] := current_setting('tenant_datasource.protected');
  showing text;

  -- Since PostgreSQL 16 who creates a role is a member of it that neither inherits its rights nor may assume it.
  assumable constant text :=
    case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end;
begin
  -- Almost always there is nothing to look at.
  if not exists (
    select
    from pg_depend
    where classid = 'pg_rewrite'::regclass
      and refclassid = 'pg_class'::regclass
      and refobjid = any (protected))
  then
    return;
  end if;

  with recursive
  reads (rule_id, rule_name, is_select, relation_id, kind, owner_id, is_invoker, read_id) as materialized (
    select distinct
      pg_rewrite.oid, rulename, ev_type = '1', ev_class, relkind, relowner,
      relkind = 'v' and ev_type = '1' and exists (
        select
        from pg_options_to_table(reloptions)
        where option_name = 'security_invoker'
          and option_value::boolean),
      refobjid
    from pg_depend
    join pg_rewrite on pg_rewrite.oid = objid
    join pg_class on pg_class.oid = ev_class
    where classid = 'pg_rewrite'::regclass
      and refclassid = 'pg_class'::regclass
      and refobjid <> ev_class
  ),

  copies (relation_id) as (
    select unnest(protected)
    union
    select reads.relation_id
    from copies
    join reads on read_id = copies.relation_id
    where is_select
  ),

  exposing (relation_id, description) as (
    select
      relation_id,
      case when is_select
        then format('view %s of %s', relation_id::regclass, owner_id::regrole)
        else format('rule %I on %s of %s', rule_name, relation_id::regclass, owner_id::regrole)
      end
    from reads
    join pg_roles as view_owner on view_owner.oid = owner_id
    where read_id = any (protected)
      and kind <> 'm'
      and not is_invoker
      and (
        rolsuper
        or rolbypassrls
        or exists (
          select
          from pg_policy, unnest(polroles) as roleid
          where polrelid = read_id
            and polpermissive
            -- That of a look-up shows the row of a value that the reader holds, to who may look it up.
            and not coalesce(
              starts_with(obj_description(pg_policy.oid, 'pg_policy'), 'tenant-datasource: lookup_')
                and starts_with(pg_get_expr(polqual, polrelid), '(( SELECT pg_has_role(COALESCE('),
              false)
            and not (
              pg_policy.oid = any (current_setting('tenant_datasource.our_policies')::oid[])
              and polname = any (string_to_array(current_setting('tenant_datasource.kept_policies'), ' ')))
            and (roleid = 0 or pg_has_role(owner_id, roleid, 'usage'))))
    union
    select oid, format('materialized view %s', oid::regclass)
    from copies
    join pg_class on oid = relation_id
    where relkind = 'm'
  ),

  -- A view that reads another one reads it with its owner's rights as well.
  shown (relation_id, description) as (
    select relation_id, description
    from exposing
    union
    select reads.relation_id, description
    from shown
    join reads on read_id = shown.relation_id
    where is_select
      and not is_invoker
  )

  select string_agg(distinct description, ', ' order by description)
  into showing
  from shown
  join pg_class on oid = relation_id
  where oid <> all (coalesce(nullif(current_setting('tenant_datasource.shown_to_all', true), ''), '{}')::regclass[]::oid[])
    and exists (
    select
    from pg_roles as reader
    where not reader.rolsuper
      and not reader.rolbypassrls
      and (
        pg_has_role(reader.oid, role_name, 'usage')
        or pg_has_role(reader.oid, role_name, assumable))
      and has_schema_privilege(reader.oid, relnamespace, 'usage')
      and (
        has_any_column_privilege(reader.oid, relation_id, 'select, insert, update')
        or has_table_privilege(reader.oid, relation_id, 'delete')));

  if showing is not null then
    raise exception 'role %, or a member of it, would see more than its tenant through: %', quote_ident(role_name), showing
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Views: alter view … set (security_invoker = true), and grant their readers what they read. Materialized '
          'views are copies without policies, and rules act for their owner: revoke the rights of that role and its members.';
  end if;
end
$refuse_views_that_show_more$;
