-- Reads no row, as the constraint proves it.
do $set_not_null$
begin
  if current_setting('tenant_datasource.further_change') <> '' then
    execute format(
      'alter table %s alter column %I set not null',
      current_setting('tenant_datasource.table'), current_setting('tenant_datasource.session_organization_column'));
  end if;
end
$set_not_null$;
