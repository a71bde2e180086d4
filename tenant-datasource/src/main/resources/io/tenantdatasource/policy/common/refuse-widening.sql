-- Permissive policies are joined by OR: one more that the role, or a member of it, falls under would show rows beyond
-- the tenant. Those of kept_policies are this library's own.
do $refuse_policies_that_widen$
declare
  role_name constant name := current_setting('tenant_datasource.role');
  widening text;
begin
  select string_agg(format('%I on %s', polname, polrelid::regclass), ', ' order by polname, polrelid)
  into widening
  from pg_policy
  where polrelid = any (current_setting('tenant_datasource.protected')::oid[])
    and polpermissive
    -- That of the maintenance role hides the rows from who falls under the others.
    and not (
      starts_with(obj_description(pg_policy.oid, 'pg_policy'), 'tenant-datasource: maintenance;')
      and starts_with(
        pg_get_expr(polqual, polrelid),
        format('( SELECT ((NOT pg_has_role(CURRENT_USER, %L::name, ', role_name)))
    -- That of a look-up shows the row of a value that the reader holds, to who may look it up.
    and not coalesce(
      starts_with(obj_description(pg_policy.oid, 'pg_policy'), 'tenant-datasource: lookup_')
        and starts_with(pg_get_expr(polqual, polrelid), '(( SELECT pg_has_role(COALESCE('),
      false)
    and not (
      pg_policy.oid = any (current_setting('tenant_datasource.our_policies')::oid[])
      and polname = any (string_to_array(current_setting('tenant_datasource.kept_policies'), ' ')))
    and exists (
      select
      from pg_roles as reader, unnest(polroles) as granted(roleid)
      where not reader.rolsuper
        and not reader.rolbypassrls
        and pg_has_role(reader.oid, role_name, 'usage')
        and (roleid = 0 or pg_has_role(reader.oid, roleid, 'member')));

  if widening is not null then
    raise exception 'permissive policies would show role %, or a member of it, more than its tenant: %',
      quote_ident(role_name), widening
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Drop them, make them restrictive, or grant them to a role that none of these is a member of.';
  end if;
end
$refuse_policies_that_widen$;
