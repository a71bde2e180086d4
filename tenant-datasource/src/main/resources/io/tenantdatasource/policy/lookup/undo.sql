-- Takes a look-up back: the function, what was granted for it, the policy, and the index of the look-up of a secret. As the owner
-- of the table, in one transaction. The role stays.

\ir names.sql
\ir ../common/begin.sql

select set_config('tenant_datasource.required_columns', jsonb_build_array(
  jsonb_build_array(current_setting('tenant_datasource.table')))::text, true);

\ir ../common/require-columns.sql

-- A function of that name that is the look-up of another table stays.
select set_config(
  'tenant_datasource.function_tag',
  case
    when exists (
      select
      from pg_policy
      join pg_class on pg_class.oid = polrelid
      where polrelid <> current_setting('tenant_datasource.table')::regclass
        and relnamespace = (
          select relnamespace from pg_class where oid = current_setting('tenant_datasource.table')::regclass)
        and starts_with(
          obj_description(pg_policy.oid, 'pg_policy') || ';',
          'tenant-datasource: ' || current_setting('tenant_datasource.lookup') || ';'))
    then 'another look-up'
    else current_setting('tenant_datasource.lookup')
  end,
  true);

\ir ../common/protected.sql
\ir index-to-drop.sql

select set_config(
  'tenant_datasource.change',
  case
    when current_setting('tenant_datasource.index_to_drop') <> ''
      or starts_with(
        obj_description(to_regprocedure(current_setting('tenant_datasource.function') || '(text)'), 'pg_proc') || ';',
        'tenant-datasource: ' || current_setting('tenant_datasource.function_tag') || ';')
      or exists (
        select
        from pg_policy
        where polrelid = current_setting('tenant_datasource.table')::regclass
          and starts_with(
            obj_description(oid, 'pg_policy') || ';',
            'tenant-datasource: ' || current_setting('tenant_datasource.lookup') || ';'))
    then 'yes'
    else ''
  end,
  true);

\ir ../common/lock.sql
\ir ../common/drop-function.sql

do $drop_lookup$
declare
  looked_up constant regclass := current_setting('tenant_datasource.table');
  policy_name name;
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  for policy_name in
    select polname
    from pg_policy
    where polrelid = looked_up
      and starts_with(
        obj_description(oid, 'pg_policy') || ';',
        'tenant-datasource: ' || current_setting('tenant_datasource.lookup') || ';')
  loop
    execute format('drop policy %I on %s', policy_name, looked_up);
  end loop;
end
$drop_lookup$;

\ir ../common/drop-index.sql
\ir ../common/end.sql
