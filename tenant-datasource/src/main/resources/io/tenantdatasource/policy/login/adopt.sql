-- A former version said only on the function what is its own. Beside that, an index with our name and exactly our definition
-- is too.
do $adopt$
declare
  found constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.index'));
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  if obj_description(to_regprocedure(current_setting('tenant_datasource.function') || '(text)'), 'pg_proc')
      in ('tenant-datasource: login', 'tenant-datasource: login; granted usage of the schema')
    and exists (
      select
      from pg_index
      join pg_class on pg_class.oid = indexrelid
      where indexrelid = found
        and obj_description(indexrelid, 'pg_class') is null
        and replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') = format(
          'CREATE INDEX %I ON %s USING btree (%s)',
          relname,
          current_setting('tenant_datasource.index_table'),
          current_setting('tenant_datasource.index_columns')))
  then
    execute format('comment on index %s is %L', found, 'tenant-datasource: login');
  end if;
end
$adopt$;
