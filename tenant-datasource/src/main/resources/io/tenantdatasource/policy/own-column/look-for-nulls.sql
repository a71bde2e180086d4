-- Where each session has a user, the column that we have added becomes NOT NULL too.
select set_config(
  'tenant_datasource.further_change',
  case when exists (
    select
    from pg_attribute as organization
    join pg_attribute as belonging on belonging.attrelid = organization.attrelid
    where organization.attrelid = current_setting('tenant_datasource.table')::regclass
      and organization.attname = current_setting('tenant_datasource.session_organization_column')
      and not organization.attnotnull
      and col_description(organization.attrelid, organization.attnum) = 'tenant-datasource: own column'
      and belonging.attname = current_setting('tenant_datasource.session_user_column')
      and belonging.attnotnull)
    then 'yes'
    else ''
  end,
  true);
