-- Whether the column is filled everywhere, and proven to be right: change says whether there is anything left to do.
select set_config(
  'tenant_datasource.change',
  case
    when not exists (
      select
      from pg_catalog.pg_constraint
      where conrelid = pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'))
        and pg_catalog.starts_with(pg_catalog.obj_description(oid, 'pg_constraint'), 'tenant-datasource: token hash check;')
        and convalidated)
    then 'yes'
    else ''
  end,
  false);
