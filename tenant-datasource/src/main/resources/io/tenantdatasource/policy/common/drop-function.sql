-- Drops the function that function.sql made, if it is that of function_tag.
select set_config('tenant_datasource.function_kept_role', '', true);

\ir give-usage-back.sql

do $drop_the_function$
declare
  present constant regprocedure := to_regprocedure(current_setting('tenant_datasource.function') || '(text)');
begin
  if current_setting('tenant_datasource.change') <> ''
    and starts_with(
      obj_description(present, 'pg_proc') || ';', 'tenant-datasource: ' || current_setting('tenant_datasource.function_tag') || ';')
  then
    execute format('drop function %s', present);
  end if;
end
$drop_the_function$;
