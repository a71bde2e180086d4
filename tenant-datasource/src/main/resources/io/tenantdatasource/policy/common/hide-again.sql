-- Drops what see-all.sql made, also that of a run that was killed, or of a former version, which did not say so.
do $hide_again$
declare
  shown record;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true);

  perform set_config(
    'tenant_datasource.locks',
    array_agg(distinct array[polrelid::regclass::text, format('lock table %s in access exclusive mode', polrelid::regclass)])::text,
    true)
  from pg_policy
  where polrelid = any (current_setting('tenant_datasource.shown_tables')::regclass[])
    and (
      obj_description(oid, 'pg_policy') = 'tenant-datasource: fill'
      or obj_description(oid, 'pg_policy') is null
        and polname = 'user_sessions_fill_policy'
        and pg_get_expr(polqual, polrelid) ~ '^\(pg_backend_pid\(\) = \d+\)$')
  having count(*) > 0;

  if not found then
    return;
  end if;
  execute current_setting('tenant_datasource.take_locks');

  for shown in
    select polname, polrelid::regclass as relation
    from pg_policy
    where polrelid = any (current_setting('tenant_datasource.shown_tables')::regclass[])
      and (
        obj_description(oid, 'pg_policy') = 'tenant-datasource: fill'
        or obj_description(oid, 'pg_policy') is null
          and polname = 'user_sessions_fill_policy'
          and pg_get_expr(polqual, polrelid) ~ '^\(pg_backend_pid\(\) = \d+\)$')
    order by oid
  loop
    execute format('drop policy %I on %s', shown.polname, shown.relation);
  end loop;
end
$hide_again$;
