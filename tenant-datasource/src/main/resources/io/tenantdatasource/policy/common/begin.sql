-- What this transaction had set is put aside, for end.sql.
select
  pg_catalog.set_config('tenant_datasource.in_transaction', 'yes', true),
  pg_catalog.set_config('tenant_datasource.change', 'yes', true),
  pg_catalog.set_config('tenant_datasource.further_change', '', true),
  pg_catalog.set_config('tenant_datasource.note', '', true),
  pg_catalog.set_config('tenant_datasource.our_policies', '{}', true),
  pg_catalog.set_config('tenant_datasource.lock_timeout', pg_catalog.current_setting('lock_timeout'), true),
  pg_catalog.set_config(
    'tenant_datasource.client_min_messages', pg_catalog.current_setting('client_min_messages'), true),
  pg_catalog.set_config('tenant_datasource.search_path', pg_catalog.current_setting('search_path'), true),
  -- What is open in between is closed in the end, and what an undo opens is meant.
  pg_catalog.set_config(
    'tenant_datasource.former_ddl_guard', coalesce(pg_catalog.current_setting('tenant_datasource.ddl_guard', true), ''), true),
  pg_catalog.set_config('tenant_datasource.ddl_guard', 'off', true);

--if organizations_setting
select pg_catalog.set_config('tenant_datasource.organizations_setting', :'organizations_setting', true);

--end
set local lock_timeout = :'lock_timeout';

-- What IF EXISTS does not find is no news.
set local client_min_messages = warning;

-- Nothing below means an object that somebody else put in front of PostgreSQL's own.
set local search_path = pg_catalog, pg_temp;

do $require_transaction$
begin
  if coalesce(current_setting('tenant_datasource.in_transaction', true), '') = '' then
    raise exception 'this script has to run in one transaction, such as that of psql -1'
      using errcode = 'no_active_sql_transaction';
  end if;
end
$require_transaction$;

\ir take-locks.sql
