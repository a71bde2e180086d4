-- Step 2: fills the column of the rows that were there before, and proves that it is right everywhere. Outside of a
-- transaction, one statement at a time (they end with a line "--;"), all on one connection: rows are filled in batches,
-- each committed, with a pause in between. Can be run again after any failure; it begins where rows are still to be filled.

\ir ../sessions/names.sql
--;

\ir names.sql
--;

\ir ../common/take-locks.sql
--;

\ir look-for-proof.sql
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
      $$with tenant_datasource_session as materialized (
          select ctid
          from %1$s
          where ctid >= $1
            and ctid < $2
            and %2$I is null
            and %4$I is not null
          for update)
        update %1$s as session
        set %2$I = %3$s
        from tenant_datasource_session
        where session.ctid >= $1
          and session.ctid < $2
          and session.ctid = tenant_datasource_session.ctid
          and session.%2$I is null$$,
      pg_catalog.current_setting('tenant_datasource.table'),
      :'session_token_hash_column',
      pg_catalog.format(pg_catalog.current_setting('tenant_datasource.hashed'), 'session.', :'session_token_column'),
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
declare
  sessions constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'));
  unproven name;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true);

  for unproven in
    select conname
    from pg_constraint
    where conrelid = sessions
      and starts_with(obj_description(oid, 'pg_constraint'), 'tenant-datasource: token hash check;')
      and not convalidated
  loop
    execute format('alter table %s validate constraint %I', sessions, unproven);
  end loop;
end
$prove$;
--;

\ir ../common/hide-again.sql
