-- Goes through the table page by page, with fill_statement for the rows from ctid $1 up to $2; rows that are written
-- meanwhile are a trigger's. What somebody else has locked for longer is tried again when all locks are let go. Does nothing where change
-- says that nothing is left to do. Ends after batches_at_once where a program asks for that, to be run again until next_page is
-- empty.
do $fill$
declare
  filled constant regclass := current_setting('tenant_datasource.table');
  statement constant text := current_setting('tenant_datasource.fill_statement');
  batch_pages constant bigint := current_setting('tenant_datasource.batch_pages');
  pages constant bigint :=
    pg_catalog.pg_relation_size(filled) / current_setting('block_size')::bigint;
  batches_at_once constant bigint :=
    coalesce(nullif(current_setting('tenant_datasource.batches_at_once', true), ''), '9223372036854775807');
  page bigint := coalesce(nullif(current_setting('tenant_datasource.next_page'), ''), '0');
  batches bigint := 0;
  tries integer;
  milliseconds bigint;
  batch_began_at timestamptz;
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  while page < pages and batches < batches_at_once loop
    tries := 0;
    batch_began_at := pg_catalog.clock_timestamp();
    loop
      -- What is set for a transaction alone is gone after each commit.
      perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
      perform set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true);
      milliseconds := (select setting from pg_settings where name = 'lock_timeout');
      begin
        -- A row is waited for in as short a turn as a table, far below deadlock_timeout.
        perform set_config('lock_timeout', greatest(least(milliseconds, 10), milliseconds / 200) || 'ms', true);
        execute statement using format('(%s,0)', page)::tid, format('(%s,0)', page + batch_pages)::tid;
        exit;
      exception
        when lock_not_available or deadlock_detected then
          tries := tries + 1;
          if clock_timestamp() > batch_began_at + interval '1 second' + 5 * current_setting('lock_timeout')::interval then
            raise exception 'rows of table % are in use: their locks could not be had within %, five times',
              filled, current_setting('lock_timeout')
              using
                errcode = 'lock_not_available',
                hint = 'Run this again when the long transactions that have locked them have ended (see pg_stat_activity): '
                  'it goes on where it stopped.';
          end if;
          perform pg_sleep(least(0.02 * tries, 0.2));
      end;
    end loop;

    if page * 10 / pages < (page + batch_pages) * 10 / pages then
      raise info 'filled % %% of table %', least(100, (page + batch_pages) * 100 / pages), filled;
    end if;
    page := page + batch_pages;
    batches := batches + 1;
    perform pg_catalog.set_config('tenant_datasource.next_page', page::text, false);
    commit;
    perform pg_catalog.pg_sleep(current_setting('tenant_datasource.batch_pause')::double precision / 1000);
  end loop;

  if page >= pages then
    perform pg_catalog.set_config('tenant_datasource.next_page', '', false);
  end if;
end
$fill$;
