-- Row-level security for a table whose rows belong to the organization of the row of another table that they name.
--
-- Run it as the owner of the table, in one transaction. It can be run again at any time, on a live table: it holds the
-- table's lock for some milliseconds, and gives up after lock_timeout rather than queue up all traffic behind it.
--
-- Who falls under the policies needs SELECT on the columns of the parent that they read: its key and the organization. Row
-- security of the parent applies to that as well: who may not see a parent does not see its rows here.

\ir names.sql
\ir ../common/begin.sql
\ir policy-names.sql

select
  set_config('tenant_datasource.fast_for', :'fast_for', true),
  set_config('tenant_datasource.parent', format('%I.%I', :'parent_schema', :'parent_table'), false),
  set_config('tenant_datasource.parent_alias', 'tenant_datasource_parent', false),
  set_config('tenant_datasource.key', :'key', false);

select
  set_config('tenant_datasource.required_columns', (
    jsonb_build_array(
      jsonb_build_array(current_setting('tenant_datasource.table')),
      jsonb_build_array(current_setting('tenant_datasource.parent'), :'organization_column'))
    || case when :'user_column' = '' then '[]' else jsonb_build_array(
      jsonb_build_array(current_setting('tenant_datasource.table'), :'user_column')) end
    || coalesce(
      (
        select
          jsonb_agg(jsonb_build_array(current_setting('tenant_datasource.table'), key[i][1]))
          || jsonb_agg(jsonb_build_array(current_setting('tenant_datasource.parent'), key[i][2]))
        from (select current_setting('tenant_datasource.key')::text[]) as setting (key), generate_subscripts(key, 1) as i
      ),
      '[]'))::text, true),
  set_config('tenant_datasource.tenant_values', (
    jsonb_build_array(jsonb_build_object(
      'value', 'organization_value',
      'setting', :'organization_setting',
      'table', current_setting('tenant_datasource.parent'),
      'column', :'organization_column'))
    || case when :'user_column' = '' then '[]' else jsonb_build_array(jsonb_build_object(
      'value', 'user_value',
      'setting', :'user_setting',
      'table', current_setting('tenant_datasource.table'),
      'column', :'user_column')) end)::text, true);

\ir ../common/require-columns.sql
\ir parent-key.sql

-- All that the policies read is compared; the key may be known only now.
select set_config('tenant_datasource.compared_columns', (
  current_setting('tenant_datasource.required_columns')::jsonb
  || (
    select
      jsonb_agg(jsonb_build_array(current_setting('tenant_datasource.table'), key[i][1]))
      || jsonb_agg(jsonb_build_array(current_setting('tenant_datasource.parent'), key[i][2]))
    from (select current_setting('tenant_datasource.key')::text[]) as setting (key), generate_subscripts(key, 1) as i
  ))::text, false);

\ir ../common/compared-columns.sql
\ir ../common/tenant-values.sql
\ir ../common/same-key.sql
\ir views.sql
\ir ../common/role.sql

\ir ../common/through-parent.sql
--if organizations_setting
\ir ../common/require-organizations.sql
\ir ../common/organizations.sql
--end
\ir own-rows.sql
\ir ../common/protect.sql
\ir ../common/end.sql
