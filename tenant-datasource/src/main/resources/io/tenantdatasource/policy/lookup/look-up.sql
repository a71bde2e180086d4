-- A narrow look-up: a function that answers one role with the row of one value of one column, and the policy that lets it. As
-- the owner of the table, in one transaction.

\ir names.sql
\ir ../common/begin.sql

select set_config(
  'tenant_datasource.required_columns',
  (
    select jsonb_agg(jsonb_build_array(current_setting('tenant_datasource.table'), name))
    from unnest(array[:'column'] || :'returned'::text[]) as name
  )::text,
  true);

\ir ../common/require-columns.sql
\ir require-type.sql

select set_config('tenant_datasource.compared_columns', jsonb_build_array(
  jsonb_build_array(current_setting('tenant_datasource.table'), :'column'))::text, false);

\ir ../common/compared-columns.sql
\ir require-index.sql
\ir match.sql
\ir refuse-restrictive.sql
\ir ../common/role.sql
\ir ../common/protected.sql
\ir refuse-taken-names.sql

-- Row security is forced, so the function, which runs as the owner, sees no row either. This policy shows it the row of the
-- value that it has been asked for, and no more to whoever else has the owner's rights. A view or another function of the
-- owner's has these rights as well, whoever reads it: so it has to be somebody who may look up anyway.
select
  set_config('tenant_datasource.function_tag', current_setting('tenant_datasource.lookup'), true),
  set_config('tenant_datasource.lookup_asker', format(
    $$pg_has_role(coalesce(nullif(current_setting('role'), 'none')::name, session_user), %L::name, 'usage')$$,
    :'lookup_role'), true);

select set_config('tenant_datasource.objects', jsonb_build_array(jsonb_build_object(
  'kind', 'policy',
  'table', current_setting('tenant_datasource.table'),
  'tag', current_setting('tenant_datasource.lookup'),
  'name', (:'lookup_function' || '_policy')::name,
  'create', 'create policy %1$s on %2$s',
  'rest', format(
    ' for select to %s using ((select %s) and %s)',
    (select relowner::regrole from pg_class where oid = current_setting('tenant_datasource.table')::regclass),
    current_setting('tenant_datasource.lookup_asker'),
    current_setting('tenant_datasource.lookup_condition'))))::text, true);

\ir write-function.sql
\ir index-to-drop.sql

select set_config('tenant_datasource.index_to_drop', '', true)
where :'match' = 'secret';

\ir ../common/function-change.sql

\ir ../common/look.sql
\ir ../common/lock.sql
\ir ../common/protected.sql
\ir ../common/carry-out.sql
\ir ../common/function.sql
\ir ../common/drop-index.sql
\ir ../common/end.sql
