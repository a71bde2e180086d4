-- What is done for each table, as SQL text in settings: once here, however many tables there are.
select set_config('tenant_datasource.require_columns', $require_columns_text$
\ir ../common/require-columns.sql
$require_columns_text$, true);

select set_config('tenant_datasource.compare_columns', $compare_columns_text$
\ir ../common/compared-columns.sql
$compare_columns_text$, true);

select set_config('tenant_datasource.read_setting', $read_setting_text$
\ir ../common/tenant-values.sql
$read_setting_text$, true);

select set_config('tenant_datasource.find_same_key', $find_same_key_text$
\ir ../common/same-key.sql
$find_same_key_text$, true);

select set_config('tenant_datasource.write_way', $write_way_text$
\ir write-way.sql
$write_way_text$, true);
