-- A role that no policy binds, or that can become somebody who sees more, would delete more than what has expired. And who
-- falls under the application's policies must not fall under these as well, for PostgreSQL joins them by OR.
do $refuse_cleanup_role$
declare
  role_name constant name := current_setting('tenant_datasource.role');
  application_role constant name := current_setting('tenant_datasource.application_role');
  owner constant oid := (
    select relowner from pg_class where oid = current_setting('tenant_datasource.table')::regclass);
  -- Since PostgreSQL 16 who creates a role is a member of it who may neither use nor assume it.
  membership constant text :=
    case when current_setting('server_version_num')::integer < 160000 then 'member' else 'usage, set' end;
  members text;
begin
  if (select rolsuper or rolbypassrls from pg_roles where rolname = role_name)
    or pg_has_role(role_name, owner, membership)
  then
    raise exception 'role % could delete sessions that have not expired, for it is a superuser, has BYPASSRLS, or can '
      'become the owner of table %', quote_ident(role_name), current_setting('tenant_datasource.table')
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Name a role that is none of these; one that is missing is created.';
  end if;

  select string_agg(quote_ident(rolname), ', ' order by rolname)
  into members
  from pg_roles
  where not rolsuper
    and not rolbypassrls
    and pg_has_role(oid, role_name, membership)
    and pg_has_role(oid, application_role, membership);

  if members is not null then
    raise exception 'clean-up role % would show expired sessions of all organizations to roles that can become %: %',
      quote_ident(role_name), quote_ident(application_role), members
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Revoke one of the two roles from them, and have clean-up jobs log in as a user of their own.';
  end if;
end
$refuse_cleanup_role$;
