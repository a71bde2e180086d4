-- Drops what see-all.sql made.
do $hide_again$
declare
  shown regclass;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true);

  for shown in
    select polrelid
    from pg_policy
    where polname = 'user_sessions_fill_policy'
      and polrelid = any (current_setting('tenant_datasource.shown_tables')::regclass[])
  loop
    for attempt in 1..5 loop
      begin
        execute format('drop policy user_sessions_fill_policy on %s', shown);
        exit;
      exception
        when lock_not_available or deadlock_detected then
          if attempt = 5 then
            raise;
          end if;
          perform pg_sleep(0.1 * attempt);
      end;
    end loop;
  end loop;
end
$hide_again$;
