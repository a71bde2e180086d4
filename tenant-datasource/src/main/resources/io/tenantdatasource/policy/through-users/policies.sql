-- Row-level security for a sessions table, through the organization of each session's user.
--
-- Run it as the owner of the table, in one transaction. It can be run again at any time, on a live table: it holds the
-- table's lock for some milliseconds, and gives up after lock_timeout rather than queue up all traffic behind it.
--
-- Who falls under the policies needs SELECT on the two columns of the users table that they read.
-- Row security of the users table applies to that as well: who may not see a user does not see that user's sessions.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.shape', 'through users', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_id_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_organization_column'))::text, true),
  set_config('tenant_datasource.tenant_values', jsonb_build_array(
    jsonb_build_object(
      'value', 'organization_value',
      'setting', :'organization_setting',
      'table', current_setting('tenant_datasource.users'),
      'column', :'users_organization_column'),
    jsonb_build_object(
      'value', 'user_value',
      'setting', :'user_setting',
      'table', current_setting('tenant_datasource.table'),
      'column', :'session_user_column'))::text, true);

\ir ../common/require-columns.sql
\ir ../common/tenant-values.sql
\ir ../common/role.sql

-- The users of the organization are collected once a query, and the index on the session's user is used with them. Not
-- without a tenant, for a policy of the users table's own may throw then.
select
  set_config('tenant_datasource.readable', format(
    $$%1$I = any ((
      select case when %2$s is not null then array(
        select tenant_datasource_user.%3$I
        from %4$s as tenant_datasource_user
        where tenant_datasource_user.%5$I = %2$s)
      end)::%6$s[])$$,
    :'session_user_column',
    current_setting('tenant_datasource.organization_value'),
    :'users_id_column',
    current_setting('tenant_datasource.users'),
    :'users_organization_column',
    (
      select format_type(atttypid, null)
      from pg_attribute
      where attrelid = current_setting('tenant_datasource.users')::regclass
        and attname = :'users_id_column'
    )), true),

  -- Written rows are checked one by one, by the primary key of users: for EXISTS the planner has another way as well, to
  -- read all the organization's users. A session without a user belongs to nobody: it is shown to nobody, and cannot be
  -- written.
  set_config('tenant_datasource.writable', format(
    $$case when %1$s is not null then (
        select tenant_datasource_user.%5$I
        from %2$s as tenant_datasource_user
        where tenant_datasource_user.%3$I = {row}.%4$I) = %1$s
      else false end$$,
    current_setting('tenant_datasource.organization_value'),
    current_setting('tenant_datasource.users'),
    :'users_id_column',
    :'session_user_column',
    :'users_organization_column'), true);

\ir ../sessions/own-rows.sql
\ir ../common/protect.sql
\ir ../common/end.sql
