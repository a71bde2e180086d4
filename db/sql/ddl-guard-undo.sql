-- Takes ddl-guard back.
--
-- Plain SQL for one transaction of whatever runs it, with the names of the review's schema. Generated; other names:
-- SessionPolicies.sql() and undoSql(), or psql/.

-- === guard/ddl-guard-undo.sql ===

-- Takes the event triggers back. As who created them, in one transaction.

-- What this transaction had set is put aside, for end.sql.
select
  pg_catalog.set_config('tenant_datasource.in_transaction', 'yes', true),
  pg_catalog.set_config('tenant_datasource.change', 'yes', true),
  pg_catalog.set_config('tenant_datasource.further_change', '', true),
  pg_catalog.set_config('tenant_datasource.note', '', true),
  pg_catalog.set_config('tenant_datasource.our_policies', '{}', true),
  pg_catalog.set_config('tenant_datasource.lock_timeout', pg_catalog.current_setting('lock_timeout'), true),
  pg_catalog.set_config(
    'tenant_datasource.client_min_messages', pg_catalog.current_setting('client_min_messages'), true),
  pg_catalog.set_config('tenant_datasource.search_path', pg_catalog.current_setting('search_path'), true),
  -- What is open in between is closed in the end, and what an undo opens is meant.
  pg_catalog.set_config(
    'tenant_datasource.former_ddl_guard', coalesce(pg_catalog.current_setting('tenant_datasource.ddl_guard', true), ''), true),
  pg_catalog.set_config('tenant_datasource.ddl_guard', 'off', true);

set local lock_timeout = '5000ms';

-- What IF EXISTS does not find is no news.
set local client_min_messages = warning;

-- Nothing below means an object that somebody else put in front of PostgreSQL's own.
set local search_path = pg_catalog, pg_temp;

do $require_transaction$
begin
  if coalesce(current_setting('tenant_datasource.in_transaction', true), '') = '' then
    raise exception 'this script has to run in one transaction, such as that of psql -1'
      using errcode = 'no_active_sql_transaction';
  end if;
end
$require_transaction$;

-- As SQL text in settings, to be executed where it is needed: temporary functions would need the right to create them.
--
-- take_locks: takes locks, an array of pairs of a name and the statement that locks it. All traffic on a table queues up
-- behind a lock that is waited for, and who holds one and waits for another is half of a deadlock. So one is waited for at a
-- time, shortly, while nothing is held; and where another is not free then, all are let go, and that one is waited for next.
do $take_locks$
begin
  perform pg_catalog.set_config('tenant_datasource.take_locks', $text$
do $take$
declare
  locks constant text[] := current_setting('tenant_datasource.locks');
  timeout constant text := current_setting('lock_timeout');
  milliseconds constant bigint := (select setting from pg_settings where name = 'lock_timeout');
  first_turn constant bigint := greatest(least(milliseconds, 10), milliseconds / 200);
  turn bigint := first_turn;
  began_at constant timestamptz := clock_timestamp();
  give_up_at constant timestamptz := case
    when milliseconds = 0 then 'infinity'
    else began_at + interval '1 second' + 5 * milliseconds * interval '1 millisecond'
  end;
  first integer := 1;
  asked integer;
begin
  loop
    begin
      for i in 0 .. cardinality(locks) / 2 - 1 loop
        asked := 1 + (first - 1 + i) % (cardinality(locks) / 2);
        perform set_config('lock_timeout', case when i = 0 then turn else 1 end || 'ms', true);
        execute locks[asked][2] || case when i > 0 and locks[asked][2] like 'lock table %' then ' nowait' else '' end;
      end loop;
      perform set_config('lock_timeout', timeout, true);
      exit;
    exception
      when lock_not_available or deadlock_detected then
        first := asked;
    end;

    if clock_timestamp() > give_up_at then
      raise exception 'table % is in use: % lock could not be had within %, five times',
        current_setting('tenant_datasource.table'),
        case locks[first][1]
          when current_setting('tenant_datasource.table') then 'its'
          else locks[first][1] || '''s'
        end,
        timeout
        using
          errcode = 'lock_not_available',
          hint = 'Run this again when its long transactions have ended (see pg_stat_activity), or raise lock_timeout.';
    end if;
    perform pg_sleep(0.004 * first_turn);

    -- Where transactions overlap without end there is no moment for a short turn, so they double with each half of the time.
    turn := greatest(
      first_turn,
      least(
        milliseconds / 2,
        first_turn * 2 ^ (1000 * extract(epoch from clock_timestamp() - began_at) / greatest(milliseconds / 2, 1))));
  end loop;
end
$take$
  $text$, false);
end
$take_locks$;

-- What is ours, by its mark.
do $drop_guard$
declare
  dropped text;
begin
  for dropped in
    select format('event trigger %I', evtname)
    from pg_event_trigger
    where obj_description(oid, 'pg_event_trigger') = 'tenant-datasource: ddl guard'
    union all
    select format('function %s', oid::regprocedure)
    from pg_proc
    where obj_description(oid, 'pg_proc') = 'tenant-datasource: ddl guard'
    order by 1
  loop
    execute 'drop ' || dropped;
  end loop;
end
$drop_guard$;

select
  set_config('tenant_datasource.in_transaction', '', true),
  set_config('tenant_datasource.referenced_table', '', true),
  set_config('tenant_datasource.referenced_mode', '', true),
  set_config('tenant_datasource.remembered', '', true),
  set_config('tenant_datasource.alter_views', '', true),
  set_config('tenant_datasource.shown_to_all', '', false),
  set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true),
  set_config('tenant_datasource.ddl_guard', current_setting('tenant_datasource.former_ddl_guard'), true),
  set_config('client_min_messages', current_setting('tenant_datasource.client_min_messages'), true),
  set_config('search_path', current_setting('tenant_datasource.search_path'), true);
