-- Rights that were there before, or that everybody has, may be more than a job is to have.
do $refuse_further_rights$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  role_name constant name := current_setting('tenant_datasource.role');
  further text;
begin
  select string_agg(privilege, ', ' order by privilege)
  into further
  from (
    select format('select (%I)', attname)
    from pg_attribute
    where attrelid = sessions
      and attnum > 0
      and not attisdropped
      and has_column_privilege(role_name, sessions, attnum, 'select')
      and attname <> all (current_setting('tenant_datasource.cleanup_columns')::name[])
    union all
    select privilege
    from unnest(array['insert', 'update', 'truncate', 'references', 'trigger']) as privilege
    where has_table_privilege(role_name, sessions, privilege)
  ) as held (privilege);

  if further is not null then
    raise exception 'clean-up role % has more rights on table % than it is to have: %',
      quote_ident(role_name), sessions, further
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Revoke them from the role, from those that it is a member of, and from PUBLIC.';
  end if;
end
$refuse_further_rights$;
