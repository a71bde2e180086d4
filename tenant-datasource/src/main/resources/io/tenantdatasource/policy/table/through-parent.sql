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
  set_config('tenant_datasource.parent', format('%I.%I', :'parent_schema', :'parent_table'), true),
  set_config('tenant_datasource.key', :'key', true);

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
\ir ../common/tenant-values.sql
\ir parent-key.sql
\ir views.sql
\ir ../common/role.sql

-- Written rows are checked one by one, by the key of the parent: for EXISTS the planner has another way as well, to read all
-- the organization's parents. A row that names no parent belongs to nobody: it is shown to nobody, and cannot be written.
select set_config('tenant_datasource.writable', format(
  $$case when %1$s is not null then (
      select tenant_datasource_parent.%4$I
      from %2$s as tenant_datasource_parent
      where %3$s) = %1$s
    else false end$$,
  current_setting('tenant_datasource.organization_value'),
  current_setting('tenant_datasource.parent'),
  (
    select string_agg(format('tenant_datasource_parent.%I = {row}.%I', key[i][2], key[i][1]), ' and ' order by i)
    from (select current_setting('tenant_datasource.key')::text[]) as setting (key), generate_subscripts(key, 1) as i
  ),
  :'organization_column'), true);

-- The keys of the organization's parents are collected once a query, and an index on the column is used with them. Not
-- without a tenant, for a policy of the parent's own may throw then.
--
-- With a key of several columns there is one such array a column, whichever of them has an index, and the key as a whole is
-- looked up for what these let pass. Measured on PostgreSQL 15.19 with 10,000 organizations, 200,000 parents and 1,000,000
-- rows, as milliseconds for a row by its primary key / the count of all, in an organization of 20 parents, and in one of
-- 10,000: EXISTS alone 0.6 / 346 and 0.4 / 224, (a, b) IN (SELECT …) 0.3 / 158 and 3.4 / 200, this 0.5 / 0.7 and 6.2 / 88.
select set_config('tenant_datasource.readable',
  string_agg(
    format(
      $$%1$I = any ((
        select case when %2$s is not null then array(
          select %3$s tenant_datasource_parent.%4$I
          from %5$s as tenant_datasource_parent
          where tenant_datasource_parent.%6$I = %2$s)
        end)::%7$s[])$$,
      key[i][1],
      current_setting('tenant_datasource.organization_value'),
      case when cardinality(key) > 2 then 'distinct' end,
      key[i][2],
      current_setting('tenant_datasource.parent'),
      :'organization_column',
      (current_setting('tenant_datasource.key_types')::text[])[i]),
    ' and ' order by i)
  || case when max(cardinality(key)) > 2 then ' and ' || current_setting('tenant_datasource.writable') else '' end,
  true)
from (select current_setting('tenant_datasource.key')::text[]) as setting (key), generate_subscripts(key, 1) as i;

\ir own-rows.sql
\ir ../common/protect.sql
\ir ../common/end.sql
