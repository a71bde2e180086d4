-- What the step that creates the function and the policy would refuse, before an index is built for them.
do $refuse_taken_names$
declare
  sessions constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'));
  login constant regprocedure := pg_catalog.to_regprocedure(
    pg_catalog.current_setting('tenant_datasource.function') || '(text)');
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  if login is not null and not starts_with(coalesce(obj_description(login, 'pg_proc'), ''), 'tenant-datasource: login') then
    raise exception 'there is a function % already, which is not this library''s', login
      using
        errcode = 'duplicate_function',
        hint = 'Name another one for the login.';
  end if;

  if exists (
    select
    from pg_policy
    where polrelid = sessions
      and polname = 'user_sessions_login_policy'
      and not starts_with(coalesce(obj_description(oid, 'pg_policy'), ''), 'tenant-datasource: ')
      and coalesce(pg_get_expr(polqual, polrelid), '') not like '%current\_setting(''tenant\_datasource.login\_token''%')
  then
    raise exception 'somebody else has given the name of the one to be created to: policy user_sessions_login_policy on %',
      sessions
      using
        errcode = 'duplicate_object',
        hint = 'Drop it, or keep it under another name: alter policy … on … rename to …';
  end if;
end
$refuse_taken_names$;
