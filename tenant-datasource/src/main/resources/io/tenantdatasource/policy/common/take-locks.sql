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
