-- The function that is a narrow way in: function is its name, create_function the statement, function_result what it returns, where
-- that may change, function_tag what it says that it is of, and role who may call it. Comes after carry-out.sql.

select set_config('tenant_datasource.function_kept_role', current_setting('tenant_datasource.role'), true);

\ir give-usage-back.sql

-- What a function returns is not replaced.
do $create_the_function$
declare
  present constant regprocedure := to_regprocedure(current_setting('tenant_datasource.function') || '(text)');
  result constant text := coalesce(current_setting('tenant_datasource.function_result', true), '');
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  if present is not null and result <> '' and pg_get_function_result(present) <> result then
    execute format('drop function %s', present);
  end if;
  execute current_setting('tenant_datasource.create_function');
end
$create_the_function$;

-- The function is the table owner's, whoever creates it, and may be called by its role alone, whatever default privileges
-- say.
do $grant_the_function$
declare
  created constant regprocedure := to_regprocedure(current_setting('tenant_datasource.function') || '(text)');
  role_name constant text := current_setting('tenant_datasource.role');
  schema_name constant text := (
    select nspname
    from pg_proc
    join pg_namespace on pg_namespace.oid = pronamespace
    where pg_proc.oid = created);
  owner constant regrole := (
    select relowner from pg_class where oid = current_setting('tenant_datasource.table')::regclass);
  granted regrole;
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  if (select proowner from pg_proc where oid = created) <> owner then
    execute format('alter function %s owner to %s', created, owner);
  end if;

  execute format('revoke all on function %s from public', created);
  for granted in
    select distinct grantee
    from pg_proc, aclexplode(proacl)
    where pg_proc.oid = created
      and grantee not in (0, owner)
  loop
    execute format('revoke all on function %s from %s', created, granted);
  end loop;
  execute format('grant execute on function %s to %I', created, role_name);

  begin
    if not has_schema_privilege(role_name, schema_name, 'usage') then
      execute format('grant usage on schema %I to %I', schema_name, role_name);
      perform set_config('tenant_datasource.function_remembered', 'granted usage of the schema', true);
    end if;
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
end
$grant_the_function$;

\ir hash-function.sql

do $mark_the_function$
begin
  if current_setting('tenant_datasource.change') <> '' then
    execute format(
      'comment on function %s is %L',
      to_regprocedure(current_setting('tenant_datasource.function') || '(text)'),
      concat_ws('; ',
        'tenant-datasource: ' || current_setting('tenant_datasource.function_tag'),
        current_setting('tenant_datasource.function_hash'),
        nullif(current_setting('tenant_datasource.function_remembered'), '')));
  end if;
end
$mark_the_function$;
