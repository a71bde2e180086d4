do $mark_the_index$
begin
  execute pg_catalog.current_setting('tenant_datasource.mark_index');
end
$mark_the_index$;
