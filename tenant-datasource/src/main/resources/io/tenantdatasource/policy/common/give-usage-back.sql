-- Takes the right to use the schema back from those who were granted it for the function, but for function_kept_role, unless another
-- function of ours is theirs, too: then that one remembers it. What is to be remembered for the kept role is left in
-- function_remembered.
do $give_usage_back$
declare
  present constant regprocedure := to_regprocedure(current_setting('tenant_datasource.function') || '(text)');
  kept constant oid := (
    select oid from pg_roles where rolname = current_setting('tenant_datasource.function_kept_role'));
  remembering constant text := obj_description(present, 'pg_proc');
  granted record;
  heir regprocedure;
begin
  perform set_config('tenant_datasource.function_remembered', '', true);
  if current_setting('tenant_datasource.change') = ''
    or not coalesce(
      starts_with(remembering, 'tenant-datasource: ' || current_setting('tenant_datasource.function_tag') || ';')
        and remembering like '%; granted usage of the schema',
      false)
  then
    return;
  end if;

  for granted in
    select distinct pronamespace::regnamespace as schema, pronamespace, grantee
    from pg_proc, aclexplode(proacl)
    where pg_proc.oid = present
      and grantee not in (0, proowner)
  loop
    if granted.grantee = kept then
      perform set_config('tenant_datasource.function_remembered', 'granted usage of the schema', true);
      continue;
    end if;

    select oid::regprocedure
    into heir
    from pg_proc
    where pronamespace = granted.pronamespace
      and oid <> present
      and obj_description(oid, 'pg_proc') ~ '^tenant-datasource: (login|lookup_[0-9a-f]{16});'
      and exists (select from aclexplode(proacl) where grantee = granted.grantee)
    limit 1;

    if heir is null then
      execute format('revoke usage on schema %s from %s', granted.schema, granted.grantee::regrole);
    else
      execute format(
        'comment on function %s is %L', heir, obj_description(heir, 'pg_proc') || '; granted usage of the schema');
    end if;
  end loop;
end
$give_usage_back$;
