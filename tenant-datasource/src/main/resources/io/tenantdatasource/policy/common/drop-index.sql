do $drop_index$
begin
  if current_setting('tenant_datasource.change') <> '' and current_setting('tenant_datasource.index_to_drop') <> '' then
    execute format('drop index %s', current_setting('tenant_datasource.index_to_drop'));
  end if;
end
$drop_index$;
