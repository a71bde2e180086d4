-- psql replaces no variables inside of a DO body; settings carry them there. In one row, which is all that psql can put
-- aside.
select pg_catalog.count(pg_catalog.set_config('tenant_datasource.' || name, value, false)) as settings
from (
  values
    ('table', pg_catalog.format('%I.%I', :'sessions_schema', :'sessions_table')),
    ('policy_prefix', 'user_sessions'),
    ('kept_policies',
      'user_sessions_select_policy user_sessions_insert_policy user_sessions_update_policy user_sessions_delete_policy '
      'user_sessions_login_policy user_sessions_fill_policy'),
    ('role', :'role'),
    ('session_token_column', :'session_token_column'),
    ('session_token_hash_column', :'session_token_hash_column'),
    ('session_created_column', :'session_created_column'),
    ('session_expires_column', :'session_expires_column'),
    ('user_index', :'user_index'),
    ('newest_index', :'newest_index'),
    ('organization_index', :'organization_index'),
    ('expired_index', :'expired_index'),
    ('users', pg_catalog.format('%I.%I', :'users_schema', :'users_table')),
    ('session_user_column', :'session_user_column'),
    ('session_organization_column', :'session_organization_column'),
    ('users_id_column', :'users_id_column'),
    ('users_organization_column', :'users_organization_column')
) as names (name, value);
