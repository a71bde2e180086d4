-- An index that was being built concurrently when the server or the client died stays behind, not valid, and CREATE INDEX
-- IF NOT EXISTS would be content with it.
do $drop_invalid_index$
declare
  found constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.index'));
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  if exists (select from pg_index where indexrelid = found and not indisvalid) then
    perform set_config('lock_timeout', '5s', true);
    execute format('drop index %s', found);
  end if;
end
$drop_invalid_index$;
