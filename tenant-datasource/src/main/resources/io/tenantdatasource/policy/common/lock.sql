-- From here on nobody else changes the table's policies, and nobody reads it between the old ones and the new. All traffic
-- on the table queues up behind a lock that is waited for, so it is asked for shortly, and again.
do $lock_table$
begin
  for attempt in 1..5 loop
    begin
      -- Views that are altered come first, as a query locks them before their tables.
      if coalesce(current_setting('tenant_datasource.alter_views', true), '') <> '' then
        execute current_setting('tenant_datasource.alter_views');
      end if;
      execute format('lock table %s in access exclusive mode', current_setting('tenant_datasource.table'));
      if coalesce(current_setting('tenant_datasource.referenced_table', true), '') <> '' then
        execute format(
          'lock table %s in share row exclusive mode', current_setting('tenant_datasource.referenced_table'));
      end if;
      exit;
    exception
      when lock_not_available or deadlock_detected then
        if attempt = 5 then
          raise exception 'table % is in use: its lock could not be had within %, five times',
            current_setting('tenant_datasource.table'), current_setting('lock_timeout')
            using
              errcode = 'lock_not_available',
              hint = 'Run this again when its long transactions have ended (see pg_stat_activity), or raise lock_timeout.';
        end if;
        perform pg_sleep(0.1 * attempt);
    end;
  end loop;
end
$lock_table$;
