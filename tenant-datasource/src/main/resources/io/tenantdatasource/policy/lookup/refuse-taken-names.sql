-- A function of that name has to be this look-up's. That of another table would be replaced, and its policy left behind.
do $refuse_taken_names$
declare
  found constant regprocedure := pg_catalog.to_regprocedure(
    pg_catalog.current_setting('tenant_datasource.function') || '(text)');
  tag constant text := 'tenant-datasource: ' || pg_catalog.current_setting('tenant_datasource.lookup') || ';';
  looked_up constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'));
  other regclass;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  if found is not null and not starts_with(coalesce(obj_description(found, 'pg_proc'), '') || ';', tag) then
    raise exception 'there is a function % already, which is not this look-up''s', found
      using
        errcode = 'duplicate_function',
        hint = 'Give the look-up another name: function("…").';
  end if;

  select pg_class.oid::regclass
  into other
  from pg_policy
  join pg_class on pg_class.oid = polrelid
  where polrelid <> looked_up
    and relnamespace = (select relnamespace from pg_class where oid = looked_up)
    and starts_with(obj_description(pg_policy.oid, 'pg_policy') || ';', tag)
  limit 1;

  if other is not null then
    raise exception 'function % is the look-up of table %', current_setting('tenant_datasource.function'), other
      using
        errcode = 'duplicate_function',
        hint = 'Give the look-up another name: function("…").';
  end if;
end
$refuse_taken_names$;
