-- Takes back what was done for one table. Comes after common/begin.sql.
select
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table')))::text, true);

\ir ../common/require-columns.sql

-- They are locked with the table.
select
  set_config('tenant_datasource.was_open', (comment ~ 'row security was off( but forced)?$')::text, true),
  set_config('tenant_datasource.remembered_views', coalesce(remembered, '{}'), true),
  set_config('tenant_datasource.alter_views', coalesce(
    (
      select jsonb_object_agg(view_name, format('alter view %s set (security_invoker = true)', view_name))::text
      from jsonb_object_keys(remembered::jsonb) as view_name
      where (select relkind from pg_class where oid = to_regclass(view_name)) = 'v'
    ),
    ''), true)
from (
  select
    obj_description(pg_policy.oid, 'pg_policy') as comment,
    substring(obj_description(pg_policy.oid, 'pg_policy')
      from '^tenant-datasource: table; (?:.*; )?views (.*); row security was .*$') as remembered
  from pg_class
  left join pg_policy on polrelid = pg_class.oid and polname = 'tenant_select_policy'
  where pg_class.oid = current_setting('tenant_datasource.table')::regclass
) as comments;

select
  set_config('tenant_datasource.undone', '{table,maintenance}', true),
  set_config('tenant_datasource.drop_tag', 'table', true),
  set_config('tenant_datasource.dropped_key', '', true);

\ir ../common/protected.sql
\ir ../common/look-for-ours.sql
\ir ../common/lock.sql
\ir ../common/protected.sql
\ir ../maintenance/drop.sql
\ir ../common/drop-policies.sql
\ir ../common/drop-ours.sql

do $set_views_back$
declare
  remembered record;
begin
  for remembered in
    select to_regclass(key) as view_id, value
    from jsonb_each_text(current_setting('tenant_datasource.remembered_views')::jsonb)
    where (select relkind from pg_class where oid = to_regclass(key)) = 'v'
      and not exists (
        select
        from pg_rewrite
        join pg_depend on classid = 'pg_rewrite'::regclass and objid = pg_rewrite.oid
        join pg_class on refclassid = 'pg_class'::regclass and refobjid = pg_class.oid
        where ev_class = to_regclass(key)
          and relrowsecurity
          and (
            current_setting('tenant_datasource.was_open')::boolean
            or refobjid <> all (current_setting('tenant_datasource.protected')::oid[])))
  loop
    if remembered.value is null then
      execute format('alter view %s reset (security_invoker)', remembered.view_id);
    else
      execute format('alter view %s set (security_invoker = %L)', remembered.view_id, remembered.value);
    end if;
  end loop;
end
$set_views_back$;
