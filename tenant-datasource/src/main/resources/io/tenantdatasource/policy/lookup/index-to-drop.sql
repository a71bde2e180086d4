-- The index of a look-up of a secret, if it is ours: it says so, or whoever built it was killed before it could.
select set_config('tenant_datasource.index_to_drop', coalesce(
  (
    select string_agg(indexrelid::regclass::text, ', ')
    from pg_index
    join pg_class on pg_class.oid = indexrelid
    where indrelid = current_setting('tenant_datasource.table')::regclass
      and (
        starts_with(
          obj_description(indexrelid, 'pg_class') || ';',
          'tenant-datasource: ' || current_setting('tenant_datasource.lookup') || ';')
        or indexrelid = to_regclass(current_setting('tenant_datasource.index'))
          and coalesce(reloptions @> array['deduplicate_items=on'], false))
  ),
  ''), true);
