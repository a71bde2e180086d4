-- What is read is of any of the organizations of a tenant that reads several: comes after what says which rows are the own
-- organization's. What is written, changed, locked or deleted is left as it is.
do $read_any$
declare
  equal constant text := current_setting('tenant_datasource.organization_value_equal');
begin
  perform set_config(
    'tenant_datasource.readable',
    replace(
      current_setting('tenant_datasource.readable'),
      format('%s %s', equal, current_setting('tenant_datasource.organization_value')),
      format('%s any %s', equal, current_setting('tenant_datasource.organization_value_any'))),
    true);
end
$read_any$;
