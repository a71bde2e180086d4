-- Lets the maintenance role see and change all rows of the table, beside the policies that are there. Comes after
-- require-role.sql.
\ir wanted-rights.sql

select set_config('tenant_datasource.objects', '[]', true);

\ir objects.sql
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
