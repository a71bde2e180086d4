-- Takes the maintenance role's policies and rights back. Comes before the other policies are dropped, which lets row security go
-- only where none are left. The role stays.
do $drop_maintenance$
declare
  root constant regclass := current_setting('tenant_datasource.table');
  shape constant text := current_setting('tenant_datasource.shape');
  remembered constant text := (
    select obj_description(oid, 'pg_policy')
    from pg_policy
    where polrelid = root
      and polname = current_setting('tenant_datasource.policy_prefix') || '_select_policy');
  policy record;
  privilege text;
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  -- Where another solution than that of shape took over since, it stays.
  if remembered is not null and not starts_with(remembered, format('tenant-datasource: %s; ', shape)) then
    return;
  end if;

  for policy in
    select polname, polrelid::regclass as relation, roleid::regrole as grantee, obj_description(oid, 'pg_policy') as comment
    from pg_policy, unnest(polroles) as roleid
    where polrelid = any (current_setting('tenant_datasource.protected')::oid[])
      and starts_with(obj_description(oid, 'pg_policy'), 'tenant-datasource: maintenance;')
  loop
    for privilege in
      select jsonb_array_elements_text(substring(policy.comment from '; granted (\[.*\])$')::jsonb)
      where policy.relation = root
    loop
      execute format('revoke %s on %s from %s', privilege, root, policy.grantee);
    end loop;
    execute format('drop policy %I on %s', policy.polname, policy.relation);
  end loop;
end
$drop_maintenance$;
