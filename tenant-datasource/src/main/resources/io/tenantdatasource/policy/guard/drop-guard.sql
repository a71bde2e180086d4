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
