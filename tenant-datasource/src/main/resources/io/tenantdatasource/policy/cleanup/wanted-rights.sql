-- What a job needs, and what of that it has not been granted yet: the latter is kept in a comment, for the undo is to take back
-- nothing else. The primary key tells which row it is. Where the token is part of it, or there is none, the row's place does.
do $find_wanted_rights$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  role_name constant text := current_setting('tenant_datasource.role');
  grantee_id constant oid := (select oid from pg_roles where rolname = role_name);
  expires_column constant text := current_setting('tenant_datasource.session_expires_column');
  key_columns text[] := (
    select array_agg(attname order by attname)
    from pg_index
    join pg_attribute on attrelid = indrelid and attnum = any (indkey)
    where indrelid = sessions
      and indisprimary);
  missing jsonb;
begin
  if key_columns is null or current_setting('tenant_datasource.session_token_column') = any (key_columns) then
    key_columns := array['ctid'];
  end if;

  select jsonb_agg(jsonb_build_array(privilege, column_name) order by position, column_name)
  into missing
  from (
    select distinct 1 as position, 'select' as privilege, readable as column_name
    from unnest(expires_column || key_columns) as readable
    union all
    values (2, 'update', expires_column), (3, 'delete', null), (4, 'usage', null)
  ) as wanted
  where case privilege
    when 'usage' then not has_schema_privilege(role_name, (select relnamespace from pg_class where oid = sessions), 'usage')
    when 'delete' then not exists (
      select
      from pg_class, aclexplode(relacl)
      where pg_class.oid = sessions
        and grantee = grantee_id
        and privilege_type = 'DELETE')
    else not exists (
      select
      from pg_attribute, aclexplode(attacl)
      where attrelid = sessions
        and attname = column_name
        and grantee = grantee_id
        and privilege_type = upper(privilege))
  end;

  perform
    set_config('tenant_datasource.cleanup_columns', (expires_column || key_columns)::text, true),
    set_config('tenant_datasource.missing_rights', coalesce(missing, '[]')::text, true),
    set_config('tenant_datasource.note', 'granted ' || coalesce(missing, '[]')::text, true),
    set_config('tenant_datasource.further_change', case when missing is null then '' else 'yes' end, true);
end
$find_wanted_rights$;
