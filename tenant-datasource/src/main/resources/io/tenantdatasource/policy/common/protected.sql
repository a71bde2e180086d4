-- The table, and each of its partitions: a partition that is read by its own name asks its own policies only.
select set_config('tenant_datasource.protected', array(
  select current_setting('tenant_datasource.table')::regclass::oid
  union
  select relid::oid from pg_partition_tree(current_setting('tenant_datasource.table')::regclass))::text, true);
