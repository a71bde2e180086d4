-- The policies of a table with a column that holds the organization, for policies.sql: comes after tenant-values.sql. A row
-- without an organization equals none, so it belongs to nobody: it is shown to nobody, and cannot be written.
do $write_own_column$
declare
  rows_of_organization constant text := format(
    '%s %s %s',
    replace(current_setting('tenant_datasource.organization_value_column'), '{of}', '{row}.'),
    current_setting('tenant_datasource.organization_value_equal'),
    current_setting('tenant_datasource.organization_value'));
begin
  perform set_config('tenant_datasource.' || kind, rows_of_organization, true)
  from unnest(array['readable', 'changeable', 'deletable', 'insertable', 'writable']) as kind;
end
$write_own_column$;
