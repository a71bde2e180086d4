select set_config('tenant_datasource.own', format(
  $$(select coalesce(current_setting(%1$L, true), '') = '') or %2$I = %3$s$$,
  :'user_setting',
  :'session_user_column',
  current_setting('tenant_datasource.user_value')), true);
