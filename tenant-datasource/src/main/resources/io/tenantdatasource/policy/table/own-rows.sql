select set_config('tenant_datasource.own',
  case when :'user_column' = '' then ''
  else format(
    $$(select coalesce(current_setting(%1$L, true), '') = '') or %2$s %3$s %4$s$$,
    :'user_setting',
    replace(current_setting('tenant_datasource.user_value_column'), '{of}', '{row}.'),
    current_setting('tenant_datasource.user_value_equal'),
    current_setting('tenant_datasource.user_value'))
  end, true);
