-- The function that tells whose session a token is, and the policy that lets it. login_match says which row is a token's,
-- for format() with what qualifies the column, the column, which is login_column, and the token.

select
  set_config('tenant_datasource.login_shape', :'shape', true),
  set_config('tenant_datasource.function', format('%I.%I', :'sessions_schema', :'login_function'), true),
  set_config('tenant_datasource.function_tag', 'login', true),
  set_config('tenant_datasource.function_result', '', true),
  set_config('tenant_datasource.role', :'login_role', true),
  set_config('tenant_datasource.parent', case :'shape'
    when 'through users' then current_setting('tenant_datasource.users')
    else ''
  end, false),
  set_config('tenant_datasource.parent_alias', 'tenant_datasource_user', false),
  set_config('tenant_datasource.key', array[array[:'session_user_column', :'users_id_column']]::text, false),
  set_config(
    'tenant_datasource.required_columns',
    (
      jsonb_build_array(
        jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'),
        jsonb_build_array(current_setting('tenant_datasource.table'), :'session_expires_column'))
      || case :'shape'
        when 'through users' then jsonb_build_array(
          jsonb_build_array(current_setting('tenant_datasource.users'), :'users_id_column'),
          jsonb_build_array(current_setting('tenant_datasource.users'), :'users_organization_column'))
        else jsonb_build_array(
          jsonb_build_array(current_setting('tenant_datasource.table'), :'session_organization_column'))
      end
    )::text,
    true);

\ir ../common/require-columns.sql

select set_config('tenant_datasource.compared_columns', current_setting('tenant_datasource.required_columns'), false);

\ir ../common/compared-columns.sql
\ir ../common/same-key.sql
\ir ../sessions/now.sql
\ir require-users.sql
\ir ../common/role.sql
\ir ../common/protected.sql

\ir refuse-taken-names.sql

-- Row security is forced, so the function, which runs as the owner, sees no row either. This policy shows it the one row
-- of the token that it has been asked for, and no more to whoever else has the owner's rights: what they hold the token of.
select set_config('tenant_datasource.objects', jsonb_build_array(jsonb_build_object(
  'kind', 'policy',
  'fixed', true,
  'table', current_setting('tenant_datasource.table'),
  'tag', 'login',
  'name', 'user_sessions_login_policy',
  'create', 'create policy %1$s on %2$s',
  'rest', format(
    ' for select to %s using (%s and %I >= %s)',
    (select relowner::regrole from pg_class where oid = current_setting('tenant_datasource.table')::regclass),
    format(
      current_setting('tenant_datasource.login_match'),
      '',
      current_setting('tenant_datasource.login_column'),
      $$nullif(current_setting('tenant_datasource.login_token', true), '')$$),
    current_setting('tenant_datasource.session_expires_column'),
    current_setting('tenant_datasource.now'))))::text, true);

-- The token is set until the function ends: it empties it, and where it fails, what fails around it takes the setting back.
-- A SET clause would do, but only for a superuser. Two sessions with one token are nobody's.
do $write_login_function$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  login constant text := current_setting('tenant_datasource.function');
  match constant text := format(
    current_setting('tenant_datasource.login_match'),
    'tenant_datasource_session.',
    current_setting('tenant_datasource.login_column'),
    $$nullif($1, '')$$);
begin
  perform set_config('tenant_datasource.create_function', format(
    $$create or replace function %s(token text)
      returns table (organization_id text, user_id text)
      language plpgsql
      strict
      security definer
      rows 1
      set search_path = pg_catalog, pg_temp
      set row_security = on
      as %L$$,
    login,
    format(
      $$
begin
  perform set_config('tenant_datasource.login_token', $1, true);
  return query
    select max(%1$s::text), max(tenant_datasource_session.%2$I::text)
    from %3$s
    where %4$s
      and tenant_datasource_session.%5$I >= %6$s
      and %1$s is not null
    having count(*) = 1;
  perform set_config('tenant_datasource.login_token', '', true);
end
$$,
      case current_setting('tenant_datasource.login_shape')
        when 'through users' then
          format('tenant_datasource_user.%I', current_setting('tenant_datasource.users_organization_column'))
        else format('tenant_datasource_session.%I', current_setting('tenant_datasource.session_organization_column'))
      end,
      current_setting('tenant_datasource.session_user_column'),
      case current_setting('tenant_datasource.login_shape')
        when 'through users' then
          format(
            $$%s as tenant_datasource_session
      join %s as tenant_datasource_user on %s$$,
            sessions,
            current_setting('tenant_datasource.users'),
            replace(current_setting('tenant_datasource.same_key'), '{row}', 'tenant_datasource_session'))
        else format('%s as tenant_datasource_session', sessions)
      end,
      match,
      current_setting('tenant_datasource.session_expires_column'),
      current_setting('tenant_datasource.now'))), true);
end
$write_login_function$;

\ir ../common/function-change.sql

\ir ../common/look.sql
\ir ../common/lock.sql
\ir ../common/protected.sql
\ir ../common/carry-out.sql
\ir ../common/function.sql
