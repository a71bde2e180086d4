do $refuse_a_taken_index_name$
begin
  perform set_config('tenant_datasource.index_only_look', 'yes', true);
  execute current_setting('tenant_datasource.prepare_index');
  perform set_config('tenant_datasource.index_only_look', '', true);
end
$refuse_a_taken_index_name$;
