\ir forget-table.sql

do $write_the_way$
begin
  execute current_setting('tenant_datasource.write_way');
end
$write_the_way$;

\ir ../common/policies.sql
\ir look-ups.sql
\ir ../common/under-lock.sql
