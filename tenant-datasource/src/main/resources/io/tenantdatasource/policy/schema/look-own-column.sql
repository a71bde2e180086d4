-- What differs where a table is given a column for its organization, beside what differences.sql tells of it.
do $look_at_own_column$
declare
  owned constant regclass := current_setting('tenant_datasource.table');
  unproven text;
begin
  unproven := (
    select string_agg(format('constraint %I on %s is not proven for all rows yet', conname, conrelid::regclass), ', ' order by conname)
    from pg_constraint
    where conrelid = owned
      and starts_with(obj_description(oid, 'pg_constraint'), 'tenant-datasource: own column;')
      and not convalidated);

  perform set_config('tenant_datasource.own_column_differences', to_jsonb(array_remove(
    array[
      case when not exists (
        select
        from pg_attribute
        where attrelid = owned
          and attname = current_setting('tenant_datasource.session_organization_column')
          and not attisdropped)
      then format('column %I is missing', current_setting('tenant_datasource.session_organization_column')) end,
      unproven,
      (
        select string_agg(format('index %s is missing', name), ', ' order by name)
        from jsonb_array_elements_text(current_setting('tenant_datasource.own_column_indexes')::jsonb) as name
        where not exists (select from pg_index where indexrelid = to_regclass(name) and indisvalid)
      ),
      (
        select format('column %I may be empty', organization.attname)
        from pg_attribute as organization
        join pg_attribute as naming on naming.attrelid = organization.attrelid
        where organization.attrelid = owned
          and organization.attname = current_setting('tenant_datasource.session_organization_column')
          and not organization.attnotnull
          and col_description(organization.attrelid, organization.attnum) = 'tenant-datasource: own column'
          and naming.attname = current_setting('tenant_datasource.session_user_column')
          and naming.attnotnull
      )
    ],
    null))::text, true);
end
$look_at_own_column$;
