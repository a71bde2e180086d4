select set_config('tenant_datasource.own',
  case when :'user_column' = '' then ''
  else format(
    $$(select coalesce(current_setting(%1$L, true), '') = '') or %2$I = %3$s$$,
    :'user_setting',
    :'user_column',
    current_setting('tenant_datasource.user_value'))
  end, true);
