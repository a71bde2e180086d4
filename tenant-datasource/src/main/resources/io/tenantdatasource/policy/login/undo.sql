-- Takes the login back, by token or by its hash: the function, what was granted for it, the policy and the index of the
-- login by token. As the owner of the table, in one transaction. The role stays.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.function_tag', 'login', true),
  set_config('tenant_datasource.function', format('%I.%I', :'sessions_schema', :'login_function'), true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'))::text, true);

\ir ../common/require-columns.sql
\ir ../common/protected.sql
\ir index-to-drop.sql

select set_config(
  'tenant_datasource.change',
  case
    when current_setting('tenant_datasource.index_to_drop') <> ''
      or starts_with(
        obj_description(to_regprocedure(current_setting('tenant_datasource.function') || '(text)'), 'pg_proc'),
        'tenant-datasource: login')
      or exists (
        select
        from pg_policy
        where polrelid = current_setting('tenant_datasource.table')::regclass
          and polname = 'user_sessions_login_policy'
          and oid = any (current_setting('tenant_datasource.our_policies')::oid[]))
    then 'yes'
    else ''
  end,
  true);

\ir ../common/lock.sql

\ir ../common/drop-function.sql

do $drop_login$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
begin
  if current_setting('tenant_datasource.change') <> '' and exists (
    select
    from pg_policy
    where polrelid = sessions
      and polname = 'user_sessions_login_policy'
      and oid = any (current_setting('tenant_datasource.our_policies')::oid[]))
  then
    execute format('drop policy user_sessions_login_policy on %s', sessions);
  end if;
end
$drop_login$;

\ir ../common/drop-index.sql

\ir ../common/end.sql
