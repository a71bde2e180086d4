-- Those that a run which was killed has left behind.
do $drop_fill_policies$
declare
  shown record;
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  for shown in
    select polname, polrelid::regclass as relation
    from pg_policy
    where polrelid in (
        to_regclass(current_setting('tenant_datasource.table')), to_regclass(current_setting('tenant_datasource.users')))
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
$drop_fill_policies$;
