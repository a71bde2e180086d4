-- Before the plain tokens are dropped: what is found by the hash of a token is the row that has the token, and no other.
-- Outside of a transaction, one statement at a time (they end with a line "--;"). Locks nothing.

\ir ../sessions/names.sql
--;

\ir names.sql
--;

\ir ../common/take-locks.sql
--;

select
  pg_catalog.set_config('tenant_datasource.change', 'yes', false),
  pg_catalog.set_config('tenant_datasource.lock_timeout', :'lock_timeout', false),
  pg_catalog.set_config(
    'tenant_datasource.shown_tables', array[pg_catalog.current_setting('tenant_datasource.table')]::text, false);
--;

\ir ../common/see-all.sql
--;

\ir differing.sql
--;

do $compare_both_look_ups$
declare
  sessions constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'));
  differing bigint;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  execute format(
    $$select count(*)
      from %1$s as by_token
      where by_token.%2$I is not null
        and array(select by_hash.ctid from %1$s as by_hash where by_hash.%3$I = %4$s) <> array[by_token.ctid]$$,
    sessions,
    current_setting('tenant_datasource.session_token_column'),
    current_setting('tenant_datasource.session_token_hash_column'),
    format(
      current_setting('tenant_datasource.hashed'),
      'by_token.',
      current_setting('tenant_datasource.session_token_column')))
  into differing;

  if differing > 0 then
    raise exception '% sessions of table % are found by their token, and not by its hash', differing, sessions
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Run SessionTokenHash.apply again.';
  end if;
end
$compare_both_look_ups$;
--;

\ir ../common/hide-again.sql
