-- Where row security is forced already, the owner sees nothing to fill, and a foreign key is found valid without a look at
-- any row. This policy shows the rows of the tables of shown_tables to this one connection of theirs. Comes before
-- hide-again.sql, each in a statement of its own.
do $let_this_connection_see_all$
declare
  hidden regclass;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true);

  foreach hidden in array current_setting('tenant_datasource.shown_tables')::regclass[] loop
    continue when not row_security_active(hidden);
    for attempt in 1..5 loop
      begin
        execute format('drop policy if exists user_sessions_fill_policy on %s', hidden);
        execute format(
          'create policy user_sessions_fill_policy on %s to %I using (pg_backend_pid() = %s)',
          hidden, current_user, pg_backend_pid());
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
$let_this_connection_see_all$;
