-- Whether the function is not as it is to be, or there is an index to drop.
\ir hash-function.sql

select set_config(
  'tenant_datasource.further_change',
  case
    when current_setting('tenant_datasource.function_hash') <> ''
      and split_part(
        obj_description(to_regprocedure(current_setting('tenant_datasource.function') || '(text)'), 'pg_proc'), '; ', 2)
        = current_setting('tenant_datasource.function_hash')
      and current_setting('tenant_datasource.index_to_drop') = ''
    then ''
    else 'yes'
  end,
  true);
