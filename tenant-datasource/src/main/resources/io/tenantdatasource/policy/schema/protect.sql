-- Row-level security for the tables of a schema, those first that the policies of others rest on. Run it as the owner of the
-- tables, in one transaction. It can be run again at any time: what is right already is left alone.
\ir names.sql
\ir ../common/begin.sql
\ir ../common/role.sql

select set_config('tenant_datasource.protect_table', $protect_table_text$
\ir protect-table.sql
$protect_table_text$, true);

-- The way of each table's rows to their organization: write-way.sql says what the words mean.
select set_config('tenant_datasource.ways', :'ways', true);

do $protect_tables$
declare
  way text;
begin
  for way in
    select value from jsonb_array_elements(current_setting('tenant_datasource.ways')::jsonb)
  loop
    perform set_config('tenant_datasource.way', way, true);
    execute current_setting('tenant_datasource.protect_table');
  end loop;
end
$protect_tables$;

\ir ../common/end.sql
