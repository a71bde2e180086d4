-- The function looks the organization up in the users table as the owner of the sessions table, who has to see all users.
do $require_users_to_be_seen$
declare
  owner constant oid := (
    select relowner from pg_class where oid = current_setting('tenant_datasource.table')::regclass);
  users constant regclass := to_regclass(current_setting('tenant_datasource.users'));
  unreadable text;
begin
  if current_setting('tenant_datasource.login_shape') <> 'through users' then
    return;
  end if;

  if exists (
    select
    from pg_class, pg_roles
    where pg_class.oid = users
      and pg_roles.oid = owner
      and relrowsecurity
      and (relforcerowsecurity or not pg_has_role(owner, relowner, 'usage'))
      and not rolsuper
      and not rolbypassrls)
  then
    raise exception 'row security of table % hides users from %, as whom a login would look up their organization',
      users, owner::regrole
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Give the sessions an organization of their own: apply SessionPolicies.ownColumn(), and the login with it.';
  end if;

  select string_agg(quote_ident(attname), ', ' order by attname)
  into unreadable
  from pg_attribute
  where attrelid = users
    and attname in (
      current_setting('tenant_datasource.users_id_column'), current_setting('tenant_datasource.users_organization_column'))
    and not has_column_privilege(owner, users, attnum, 'select');

  if unreadable is not null then
    raise exception '%, as whom a login would look up the organization, may not read table %', owner::regrole, users
      using
        errcode = 'insufficient_privilege',
        hint = format('Grant it: grant select (%s) on %s to %s', unreadable, users, owner::regrole);
  end if;
end
$require_users_to_be_seen$;
