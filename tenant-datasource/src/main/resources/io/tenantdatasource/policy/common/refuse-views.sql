-- Functions with SECURITY DEFINER are not seen here: their bodies are text.
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
  hidden (relation_id) as (
    select unnest(protected)
  ),

  -- Row security is about to be enabled.
  open_table (relation_id) as (
    select null::oid
    where false
  ),

  kept_policy (policy_id) as (
    select oid
    from pg_policy
    where polrelid = any (protected)
      and (
        -- That of a look-up shows the row of a value that the reader holds, to who may look it up.
        starts_with(obj_description(oid, 'pg_policy'), 'tenant-datasource: lookup_')
          and starts_with(pg_get_expr(polqual, polrelid), '(( SELECT pg_has_role(COALESCE(')
        or oid = any (current_setting('tenant_datasource.our_policies')::oid[])
          and polname = any (string_to_array(current_setting('tenant_datasource.kept_policies'), ' ')))
  ),

\ir shown-by-views.sql
  showing_readers (description) as (
    select distinct description
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
            or has_table_privilege(reader.oid, relation_id, 'delete')))
  )

  select string_agg(description, ', ' order by description)
  into showing
  from showing_readers;

  if showing is not null then
    raise exception 'role %, or a member of it, would see more than its tenant through: %', quote_ident(role_name), showing
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Views: alter view … set (security_invoker = true), and grant their readers what they read. Materialized '
          'views are copies without policies, and rules act for their owner: revoke the rights of that role and its members.';
  end if;
end
$refuse_views_that_show_more$;
