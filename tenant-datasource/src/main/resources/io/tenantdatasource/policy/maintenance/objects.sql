-- Adds the maintenance role's policy to objects.
--
-- Who is granted the role later and falls under the other policies as well sees no more for it, also once they have assumed it:
-- the rows hide from them. The sub-select is evaluated once a query.
do $add_maintenance_policy$
begin
  perform set_config('tenant_datasource.objects', (
    current_setting('tenant_datasource.objects')::jsonb
    || jsonb_build_array(jsonb_build_object(
      'kind', 'policy',
      'fixed', true,
      'tag', 'maintenance',
      'keeps', '; (granted \[.*\])$',
      'name', current_setting('tenant_datasource.policy_prefix') || '_maintenance_policy',
      'create', 'create policy %1$s on %2$s',
      'rest', format(
        ' as permissive for all to %1$I using (%2$s) with check (%2$s)',
        current_setting('tenant_datasource.maintenance_role'),
        format(
          '(select not pg_has_role(current_user, %1$L, %2$L) and not pg_has_role(session_user, %1$L, %2$L))',
          current_setting('tenant_datasource.role'),
          case when current_setting('server_version_num')::integer < 160000 then 'member' else 'usage, set' end)))))::text, true);
end
$add_maintenance_policy$;
