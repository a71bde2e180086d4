-- Last step: the policies, in place of those through users if there are any: in one transaction, so that at no moment a
-- foreign row is visible. As the owner of the table.
--
-- A row's organization is its own column, which the foreign key keeps that of its user.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.shape', 'own column', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'),
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_organization_column'))::text, true),
  set_config('tenant_datasource.tenant_values', jsonb_build_array(
    jsonb_build_object(
      'value', 'organization_value',
      'setting', :'organization_setting',
      'table', current_setting('tenant_datasource.table'),
      'column', :'session_organization_column'),
    jsonb_build_object(
      'value', 'user_value',
      'setting', :'user_setting',
      'table', current_setting('tenant_datasource.table'),
      'column', :'session_user_column',
      'key_of', current_setting('tenant_datasource.users')))::text, true);

\ir ../common/require-columns.sql

-- All that the policies read is compared.
select set_config('tenant_datasource.compared_columns', current_setting('tenant_datasource.required_columns'), false);

\ir ../common/compared-columns.sql
\ir ../common/tenant-values.sql
\ir ../common/role.sql
\ir look-for-proof.sql

do $require_a_column_that_is_right$
begin
  if current_setting('tenant_datasource.change') <> '' then
    raise exception 'column % of table % is not filled and proven yet',
      quote_ident(current_setting('tenant_datasource.session_organization_column')), current_setting('tenant_datasource.table')
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Run the steps before this one to their end.';
  end if;
end
$require_a_column_that_is_right$;

\ir ../common/own-column.sql
--if organizations_setting
\ir ../common/organizations.sql
--end
\ir ../sessions/own-rows.sql
\ir look-for-nulls.sql
\ir ../common/protect.sql

\ir set-not-null.sql
\ir ../common/end.sql
