-- The role that is to see and change all rows: made where it is missing, and refused where who serves requests has it.
do $require_maintenance_role$
declare
  maintenance constant name := current_setting('tenant_datasource.maintenance_role');
  role_name constant name := current_setting('tenant_datasource.role');
  version constant integer := current_setting('server_version_num');
  -- Since PostgreSQL 16 who creates a role is a member of it that neither inherits its rights nor may assume it.
  assumable constant text := case when version >= 160000 then 'set' else 'member' end;
  serving text;
begin
  if not exists (select from pg_roles where rolname = maintenance) then
    begin
      execute format('create role %I nologin', maintenance);
    exception
      when insufficient_privilege then
        raise exception 'role % is missing, and % may not create it', quote_ident(maintenance), quote_ident(current_user)
          using
            errcode = 'insufficient_privilege',
            hint = format('Have it created first: create role %I nologin', maintenance);
      -- Roles belong to all databases of the server: another migration may have been faster.
      when duplicate_object or unique_violation then
        null;
    end;
  end if;

  if (select rolcanlogin from pg_roles where rolname = maintenance) then
    raise exception 'maintenance role % can log in', quote_ident(maintenance)
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = format('It is to be assumed for migrations alone: alter role %I nologin', maintenance);
  end if;

  -- Being a member counts however it is granted: who may only grant the role can grant it to themselves. Before PostgreSQL 16
  -- whoever may create roles can, too.
  select string_agg(quote_ident(reader.rolname), ', ' order by reader.rolname)
  into serving
  from pg_roles as reader
  where not reader.rolsuper
    and (
      pg_has_role(reader.oid, role_name, 'usage')
      or pg_has_role(reader.oid, role_name, assumable))
    and (
      pg_has_role(reader.oid, maintenance, 'member')
      or version < 160000 and reader.rolcreaterole);

  if serving is not null then
    raise exception 'maintenance role % sees all rows, and % falls under the policies for % and is, or can become, a member of it',
      quote_ident(maintenance), serving, quote_ident(role_name)
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = format('Let nobody who serves requests have it: revoke %I from …', maintenance);
  end if;
end
$require_maintenance_role$;
