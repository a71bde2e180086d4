-- Lets the maintenance role see and change all rows of the table, beside the policies that are there. Comes after
-- require-role.sql.
\ir wanted-rights.sql

select set_config('tenant_datasource.objects', jsonb_build_array(jsonb_build_object(
  'kind', 'policy',
  'fixed', true,
  'tag', 'maintenance',
  'keeps', '; (granted \[.*\])$',
  'name', current_setting('tenant_datasource.policy_prefix') || '_maintenance_policy',
  'create', 'create policy %1$s on %2$s',
  -- Who is granted the role later and falls under the other policies as well sees no more for it: the rows hide from them. The
  -- sub-select is evaluated once a query.
  'rest', format(
    ' as permissive for all to %1$I using (%2$s) with check (%2$s)',
    current_setting('tenant_datasource.maintenance_role'),
    format(
      '(select not pg_has_role(current_user, %L, %L))',
      current_setting('tenant_datasource.role'),
      case when current_setting('server_version_num')::integer < 160000 then 'member' else 'usage, set' end))
))::text, true);

\ir ../common/protected.sql
\ir ../common/look.sql
\ir ../common/lock.sql
\ir ../common/carry-out.sql

do $grant_maintenance_rights$
declare
  privilege text;
begin
  for privilege in
    select jsonb_array_elements_text(current_setting('tenant_datasource.missing_rights')::jsonb)
  loop
    execute format('grant %s on %s to %I',
      privilege, current_setting('tenant_datasource.table'), current_setting('tenant_datasource.maintenance_role'));
  end loop;
end
$grant_maintenance_rights$;
