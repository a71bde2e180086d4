do $create_the_index$
begin
  execute pg_catalog.current_setting('tenant_datasource.index_at_once');
end
$create_the_index$;
