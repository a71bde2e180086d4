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
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

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
      and oid = any (current_setting('tenant_datasource.our_policies')::oid[])
  loop
    for granted in
      select value ->> 0 as privilege, value ->> 1 as column_name
      from jsonb_array_elements(substring(policy.comment from '; granted (\[.*\])$')::jsonb)
      union all
      -- A former version did not tell what had been granted before.
      select privilege, column_name
      from (
        select lower(privilege_type), attname::text
        from pg_attribute, aclexplode(attacl)
        where attrelid = sessions
          and grantee = policy.grantee
          and privilege_type in ('SELECT', 'UPDATE')
        union all
        values ('delete', null)
        union all
        select 'usage', null
        where policy.comment = 'tenant-datasource: granted usage of the schema'
      ) as by_a_former_version (privilege, column_name)
      where coalesce(policy.comment, '') !~ '; granted \[.*\]$'
    loop
      if granted.privilege = 'usage' then
        execute format('revoke usage on schema %I from %s', schema_name, policy.grantee);
      elsif granted.column_name is null then
        execute format('revoke %s on %s from %s', granted.privilege, sessions, policy.grantee);
      elsif granted.column_name = 'ctid' or exists (
        select
        from pg_attribute
        where attrelid = sessions
          and attname = granted.column_name
          and not attisdropped)
      then
        execute format('revoke %s (%I) on %s from %s', granted.privilege, granted.column_name, sessions, policy.grantee);
      end if;
    end loop;
  end loop;

  for policy in
    select polname
    from pg_policy
    where polrelid = sessions
      and polname in (
        'user_sessions_cleanup_select_policy', 'user_sessions_cleanup_delete_policy', 'user_sessions_cleanup_lock_policy')
      and oid = any (current_setting('tenant_datasource.our_policies')::oid[])
  loop
    execute format('drop policy %I on %s', policy.polname, sessions);
  end loop;
end
$drop_cleanup$;
