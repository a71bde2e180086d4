do $prepare_index_name$
begin
  perform pg_catalog.set_config('lock_timeout', pg_catalog.current_setting('tenant_datasource.index_lock_timeout'), true);
  execute pg_catalog.current_setting('tenant_datasource.prepare_index');
end
$prepare_index_name$;
