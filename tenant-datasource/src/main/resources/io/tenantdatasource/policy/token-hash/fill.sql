-- Step 2: fills the column of the rows that were there before, and proves that it is right everywhere. Outside of a
-- transaction, one statement at a time (they end with a line "--;"), all on one connection: rows are filled in batches,
-- each committed, with a pause in between. Can be run again after any failure; it begins where rows are still to be filled.

\ir ../sessions/names.sql
--;

\ir names.sql
--;

select
  pg_catalog.set_config('tenant_datasource.lock_timeout', :'lock_timeout', false),
  pg_catalog.set_config('tenant_datasource.batch_pages', :'batch_pages', false),
  pg_catalog.set_config('tenant_datasource.batch_pause', :'batch_pause', false),
  pg_catalog.set_config('tenant_datasource.next_page', '', false),
  pg_catalog.set_config(
    'tenant_datasource.shown_tables', array[pg_catalog.current_setting('tenant_datasource.table')]::text, false),
  pg_catalog.set_config(
    'tenant_datasource.fill_statement',
    pg_catalog.format(
      $$update %1$s
        set %2$I = %3$s
        where ctid >= $1
          and ctid < $2
          and %2$I is null
          and %4$I is not null$$,
      pg_catalog.current_setting('tenant_datasource.table'),
      :'session_token_hash_column',
      pg_catalog.format(pg_catalog.current_setting('tenant_datasource.hashed'), '', :'session_token_column'),
      :'session_token_column'),
    false);
--;

\ir ../common/see-all.sql
--;

\ir ../common/fill.sql
--;

\ir differing.sql
--;

do $prove$
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true);
  execute format(
    'alter table %s validate constraint user_sessions_token_hash_check', current_setting('tenant_datasource.table'));
end
$prove$;
--;

\ir ../common/hide-again.sql
