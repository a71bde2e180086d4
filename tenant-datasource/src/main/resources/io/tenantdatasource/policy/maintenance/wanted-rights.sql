-- What the role needs on the table, and what of that it has not been granted yet: the latter is kept in a comment, for the undo
-- is to take back nothing else.
do $find_missing_rights$
begin
  perform
    set_config('tenant_datasource.missing_rights', missing, true),
    set_config('tenant_datasource.note', 'granted ' || missing, true),
    set_config('tenant_datasource.further_change', case when missing = '[]' then '' else 'yes' end, true)
  from (
    select coalesce(jsonb_agg(privilege order by position), '[]')::text
    from (values (1, 'select'), (2, 'insert'), (3, 'update'), (4, 'delete')) as wanted (position, privilege)
    where not exists (
      select
      from pg_class
      cross join aclexplode(relacl) as granted
      join pg_roles on pg_roles.oid = grantee
      where pg_class.oid = current_setting('tenant_datasource.table')::regclass
        and rolname = current_setting('tenant_datasource.maintenance_role')
        and lower(privilege_type) = privilege)
  ) as rights (missing);
end
$find_missing_rights$;
