-- Only for a sessions table that has a column expires_at.
--
-- Generated from tenant-datasource's resources, with the names of the review's schema.

-- An index for clean-up. Outside of a transaction, one
-- statement at a time (they end with a line "--;"), as it is built concurrently. Can be run again after any failure.

select pg_catalog.set_config(
  'tenant_datasource.index', pg_catalog.format('%I.%I', 'public', 'user_sessions_expires_idx'), false);
--;

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
--;

create index concurrently if not exists "user_sessions_expires_idx"
  on "public"."user_sessions" ("expires_at");
