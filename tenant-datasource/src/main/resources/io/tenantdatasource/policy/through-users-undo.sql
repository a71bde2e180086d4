-- Takes back what through-users.sql did. Run it as the owner of the table, in one transaction.
--
-- Row security goes back to what it was before the first run of that script. It stays on and forced where it was off, but
-- other policies are left on the table: switching it off would open the table to everyone who has rights on it. Where that
-- script never ran, it stays as it is. The role stays, for it may own or be granted other things by now.

select
  pg_catalog.set_config('tenant_datasource.lock_timeout', pg_catalog.current_setting('lock_timeout'), true),
  pg_catalog.set_config('tenant_datasource.search_path', pg_catalog.current_setting('search_path'), true),
  pg_catalog.set_config('tenant_datasource.sessions_schema', :'sessions_schema', true),
  pg_catalog.set_config('tenant_datasource.sessions_table', :'sessions_table', true);

set local lock_timeout = :'lock_timeout';
set local search_path = pg_catalog, pg_temp;

do $require_transaction$
begin
  if coalesce(current_setting('tenant_datasource.sessions_table', true), '') = '' then
    raise exception 'this script has to run in one transaction, such as that of psql -1'
      using errcode = 'no_active_sql_transaction';
  end if;
end
$require_transaction$;

lock table :"sessions_schema".:"sessions_table" in access exclusive mode;

do $recall_row_security$
declare
  sessions constant regclass := format(
    '%I.%I', current_setting('tenant_datasource.sessions_schema'), current_setting('tenant_datasource.sessions_table'));
begin
  perform set_config(
    'tenant_datasource.remembered',
    coalesce(
      (
        select obj_description(oid, 'pg_policy')
        from pg_policy
        where polrelid = sessions
          and polname = 'user_sessions_own_policy'
      ),
      ''),
    true);
end
$recall_row_security$;

drop policy if exists user_sessions_select_policy on :"sessions_schema".:"sessions_table";
drop policy if exists user_sessions_delete_policy on :"sessions_schema".:"sessions_table";
drop policy if exists user_sessions_insert_policy on :"sessions_schema".:"sessions_table";
drop policy if exists user_sessions_update_policy on :"sessions_schema".:"sessions_table";
drop policy if exists user_sessions_own_policy on :"sessions_schema".:"sessions_table";

do $restore_row_security$
declare
  sessions constant regclass := format(
    '%I.%I', current_setting('tenant_datasource.sessions_schema'), current_setting('tenant_datasource.sessions_table'));
  remembered constant text := current_setting('tenant_datasource.remembered');
begin
  if remembered = 'tenant-datasource: row security was on' then
    execute format('alter table %s no force row level security', sessions);
  elsif remembered = 'tenant-datasource: row security was off'
    and not exists (select from pg_policy where polrelid = sessions)
  then
    execute format('alter table %s no force row level security', sessions);
    execute format('alter table %s disable row level security', sessions);
  end if;
end
$restore_row_security$;

select
  set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true),
  set_config('search_path', current_setting('tenant_datasource.search_path'), true);
