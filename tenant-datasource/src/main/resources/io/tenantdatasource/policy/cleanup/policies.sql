-- A role for jobs that delete expired sessions, of all organizations: it sees no more of them than when they expire and
-- which row they are, and can do nothing but delete them. As the owner of the table, in one transaction, after the
-- policies. Can be run again; a former clean-up role loses what it was given.
--
-- Clean-up jobs log in as a member of the role, or assume it.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.shape', '', true),
  set_config('tenant_datasource.application_role', :'role', true),
  set_config('tenant_datasource.role', :'cleanup_role', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_expires_column'),
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_token_column'))::text, true);

\ir ../common/require-columns.sql
\ir ../sessions/now.sql
\ir ../common/role.sql
\ir refuse-role.sql
\ir ../common/protected.sql

-- FOR UPDATE SKIP LOCKED lets several jobs share the work. It asks for the right to UPDATE a column, and for a policy for
-- UPDATE; WITH CHECK (false) lets nothing be changed by that.
--
-- A policy is for all who inherit its role. Who can become the application and is granted the clean-up role later would
-- see foreign rows with all the columns that the application may read, so the rows hide from whoever is such a member. The
-- sub-select is evaluated once a query.
select set_config('tenant_datasource.objects', (
  select jsonb_agg(jsonb_build_object(
    'kind', 'policy',
    'fixed', true,
    'table', current_setting('tenant_datasource.table'),
    'tag', format('cleanup; %s', kind),
    'name', format('user_sessions_cleanup_%s_policy', kind),
    'keeps', case kind when 'select' then '; (granted .*)$' end,
    'create', 'create policy %1$s on %2$s',
    'rest', format(
      ' for %s to %I using (%I < %s and (select not pg_has_role(current_user, %L, %L)))%s',
      command,
      current_setting('tenant_datasource.role'),
      current_setting('tenant_datasource.session_expires_column'),
      current_setting('tenant_datasource.now'),
      current_setting('tenant_datasource.application_role'),
      'member',
      restricted)))
  from (
    values
      ('select', 'select', ''),
      ('delete', 'delete', ''),
      ('lock', 'update', ' with check (false)')
  ) as policies (kind, command, restricted)
)::text, true);

\ir wanted-rights.sql
\ir ../common/look.sql
\ir ../common/lock.sql
\ir ../common/protected.sql
\ir drop.sql
\ir wanted-rights.sql
\ir ../common/carry-out.sql
\ir grant.sql
\ir refuse-rights.sql
\ir ../common/end.sql
