-- Takes the clean-up role's policies and rights back. Comes before the other policies are dropped, which lets row security
-- go only where none are left. The role stays. Where another solution than that of shape took over since, all of it stays.
do $drop_cleanup$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  schema_name constant text := (
    select nspname
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = sessions);
  shape constant text := current_setting('tenant_datasource.shape');
  remembered constant text := (
    select obj_description(oid, 'pg_policy')
    from pg_policy
    where polrelid = sessions
      and polname = 'user_sessions_select_policy');
  policy record;
  granted record;
  policy_kind text;
begin
  if shape <> '' and starts_with(remembered, 'tenant-datasource: ')
    and not starts_with(remembered, format('tenant-datasource: %s; ', shape))
  then
    return;
  end if;

  for policy in
    select roleid::regrole as grantee, obj_description(oid, 'pg_policy') as comment
    from pg_policy, unnest(polroles) as roleid
    where polrelid = sessions
      and polname = 'user_sessions_cleanup_select_policy'
  loop
    for granted in
      select attname, privilege_type
      from pg_attribute, aclexplode(attacl)
      where attrelid = sessions
        and grantee = policy.grantee
        and privilege_type in ('SELECT', 'UPDATE')
    loop
      execute format(
        'revoke %s (%I) on %s from %s', granted.privilege_type, granted.attname, sessions, policy.grantee);
    end loop;
    execute format('revoke delete on %s from %s', sessions, policy.grantee);
    if policy.comment = 'tenant-datasource: granted usage of the schema' then
      execute format('revoke usage on schema %I from %s', schema_name, policy.grantee);
    end if;
  end loop;

  foreach policy_kind in array array['select', 'delete', 'lock'] loop
    execute format('drop policy if exists %I on %s', format('user_sessions_cleanup_%s_policy', policy_kind), sessions);
  end loop;
end
$drop_cleanup$;
