-- Lets the maintenance role see and change all rows of the tables of a schema. As the owner of the tables, in one transaction,
-- after protect.sql. Can be run again.
\ir names.sql
\ir ../common/begin.sql
\ir ../common/role.sql
\ir ../maintenance/require-role.sql

select set_config('tenant_datasource.maintain_table', $maintain_table_text$
\ir forget-table.sql
\ir ../maintenance/protect.sql
$maintain_table_text$, true);

select set_config('tenant_datasource.tables', :'tables', true);

do $maintain_tables$
declare
  relation text;
begin
  for relation in
    select value from jsonb_array_elements_text(current_setting('tenant_datasource.tables')::jsonb)
  loop
    perform set_config('tenant_datasource.table', relation, false);
    execute current_setting('tenant_datasource.maintain_table');
  end loop;
end
$maintain_tables$;

\ir ../common/end.sql
