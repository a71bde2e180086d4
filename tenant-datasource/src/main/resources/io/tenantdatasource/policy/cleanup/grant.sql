do $grant_what_a_job_needs$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  role_name constant text := current_setting('tenant_datasource.role');
  schema_name constant text := (
    select nspname
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = sessions);
  missing record;
begin
  for missing in
    select value ->> 0 as privilege, value ->> 1 as column_name
    from jsonb_array_elements(current_setting('tenant_datasource.missing_rights')::jsonb)
  loop
    if missing.privilege = 'usage' then
      begin
        execute format('grant usage on schema %I to %I', schema_name, role_name);
        if not has_schema_privilege(role_name, schema_name, 'usage') then
          raise insufficient_privilege;
        end if;
      exception
        when insufficient_privilege then
          raise exception 'role % may not use schema %, and % may not grant that',
            quote_ident(role_name), quote_ident(schema_name), quote_ident(current_user)
            using
              errcode = 'insufficient_privilege',
              hint = format('Have it granted first: grant usage on schema %I to %I', schema_name, role_name);
      end;
    elsif missing.column_name is null then
      execute format('grant %s on %s to %I', missing.privilege, sessions, role_name);
    else
      execute format('grant %s (%I) on %s to %I', missing.privilege, missing.column_name, sessions, role_name);
    end if;
  end loop;
end
$grant_what_a_job_needs$;
