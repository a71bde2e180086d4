-- Counts what would be lost with the plain tokens.
do $refuse_hashes_that_differ$
declare
  sessions constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'));
  token_column constant text := pg_catalog.current_setting('tenant_datasource.session_token_column');
  hash_column constant text := pg_catalog.current_setting('tenant_datasource.session_token_hash_column');
  hashed constant text := pg_catalog.format(pg_catalog.current_setting('tenant_datasource.hashed'), '', token_column);
  differing bigint;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  execute format(
    'select count(*) from %s where %I is not null and %I is distinct from %s', sessions, token_column, hash_column, hashed)
  into differing;

  if differing > 0 then
    raise exception '% rows of table % have a hash that is not that of their token', differing, sessions
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = format(
          'Have the trigger write them anew: update %1$s set %2$I = null where %3$I is not null and %2$I is distinct from %4$s',
          sessions, hash_column, token_column, hashed);
  end if;
end
$refuse_hashes_that_differ$;
