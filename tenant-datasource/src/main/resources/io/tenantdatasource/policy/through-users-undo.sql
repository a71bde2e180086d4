-- Takes back what through-users.sql did. Run it as the owner of the table, in one transaction.
--
-- Where other policies are left on the table, row security stays on and forced: switching it off would open the table
-- to everyone who has rights on it. The role stays, for it may own or be granted other things by now.

set local lock_timeout = :'lock_timeout';
set local search_path = pg_catalog, pg_temp;

select
  set_config('tenant_datasource.sessions_schema', :'sessions_schema', true),
  set_config('tenant_datasource.sessions_table', :'sessions_table', true);

drop policy if exists user_sessions_select_policy on :"sessions_schema".:"sessions_table";
drop policy if exists user_sessions_delete_policy on :"sessions_schema".:"sessions_table";
drop policy if exists user_sessions_insert_policy on :"sessions_schema".:"sessions_table";
drop policy if exists user_sessions_update_policy on :"sessions_schema".:"sessions_table";
drop policy if exists user_sessions_own_policy on :"sessions_schema".:"sessions_table";

do $disable_unless_other_policies$
declare
  sessions constant regclass := format(
    '%I.%I', current_setting('tenant_datasource.sessions_schema'), current_setting('tenant_datasource.sessions_table'));
begin
  if not exists (select from pg_policy where polrelid = sessions) then
    execute format('alter table %s no force row level security', sessions);
    execute format('alter table %s disable row level security', sessions);
  end if;
end
$disable_unless_other_policies$;
