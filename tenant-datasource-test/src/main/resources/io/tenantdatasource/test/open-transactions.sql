-- Ends the transactions that others have open in this database, and tells whose they were.
select format('session %s of %s, %s, whose last statement was: %s', pid, usename, state, left(query, 200)),
       pg_terminate_backend(pid, 5000)
  from pg_stat_activity
 where datname = current_database()
   and pid <> pg_backend_pid()
   and backend_type = 'client backend'
   and xact_start is not null
 order by pid
