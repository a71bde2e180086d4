-- A look-up of parents is bound by their own policies, too. Where these do not ask for the further organizations, the rows of
-- those would be missing, and nobody would know.
do $require_organizations$
declare
  parent constant regclass := current_setting('tenant_datasource.parent');
  setting constant text := current_setting('tenant_datasource.organizations_setting');
begin
  if exists (
    select
    from pg_policy
    join pg_class on pg_class.oid = polrelid
    where polrelid = parent
      and relrowsecurity
      and polcmd = 'r'
      and obj_description(pg_policy.oid, 'pg_policy') ~ '^tenant-datasource: (own column|through users|table); select;'
      and strpos(pg_get_expr(polqual, polrelid), format('current_setting(%L::text', setting)) = 0)
  then
    raise exception 'the policies of table % do not ask for %, so what is read through it would be of one organization',
      parent, setting
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Apply those of that table with the same setting first.';
  end if;
end
$require_organizations$;
