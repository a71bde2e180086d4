-- Whether the column is filled everywhere, and proven to be right: change says whether there is anything left to do.
select set_config(
  'tenant_datasource.change',
  case
    when (
      select count(*)
      from pg_catalog.pg_constraint
      where conrelid = pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'))
        and pg_catalog.obj_description(oid, 'pg_constraint') ~ '^tenant-datasource: own column; (check|foreign key);'
        and convalidated) < 2
    then 'yes'
    else ''
  end,
  false);
