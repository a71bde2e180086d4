do $create_missing_role$
declare
  role_name constant text := current_setting('tenant_datasource.role');
begin
  if not exists (select from pg_roles where rolname = role_name) then
    execute format('create role %I nologin', role_name);
  end if;
exception
  when insufficient_privilege then
    raise exception 'role % is missing, and % may not create it', quote_ident(role_name), quote_ident(current_user)
      using
        errcode = 'insufficient_privilege',
        hint = format('Have it created first: create role %I nologin', role_name);
  -- Roles belong to all databases of the server: another migration may have been faster.
  when duplicate_object or unique_violation then
    null;
end
$create_missing_role$;
