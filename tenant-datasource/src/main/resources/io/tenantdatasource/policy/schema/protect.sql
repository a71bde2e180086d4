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

--if organizations_setting
-- What each table shows to who reads one organization: also of those that are known already, as a row may name one of theirs.
select
  set_config('tenant_datasource.own_views', '{}', true),
  set_config('tenant_datasource.write_way', $write_way_text$
\ir forget-table.sql
\ir write-way.sql
$write_way_text$, true);

do $write_ways$
declare
  way text;
begin
  for way in
    select value from jsonb_array_elements(current_setting('tenant_datasource.ways')::jsonb)
  loop
    perform set_config('tenant_datasource.way', way, true);
    execute current_setting('tenant_datasource.write_way');
  end loop;
end
$write_ways$;

--end
do $protect_tables$
declare
  way text;
begin
  for way in
    select value from jsonb_array_elements(current_setting('tenant_datasource.ways')::jsonb)
  loop
--if organizations_setting
    continue when (way::jsonb -> 'known')::boolean;
--end
    perform set_config('tenant_datasource.way', way, true);
    execute current_setting('tenant_datasource.protect_table');
  end loop;
end
$protect_tables$;

\ir ../common/end.sql
