-- Takes back what protect.sql and maintain.sql did, of those tables first that rest on others. As the owner of the tables, in one
-- transaction. What row security was before comes back, as table/undo.sql says. The roles stay.
\ir names.sql
\ir ../common/begin.sql

select set_config('tenant_datasource.undo_table', $undo_table_text$
\ir forget-table.sql
\ir ../table/undo-table.sql
$undo_table_text$, true);

-- Those that are still there.
select set_config('tenant_datasource.tables', :'tables', true);

do $undo_tables$
declare
  relation text;
begin
  for relation in
    select value
    from jsonb_array_elements_text(current_setting('tenant_datasource.tables')::jsonb) with ordinality as tables (value, place)
    where to_regclass(value) is not null
    order by place desc
  loop
    perform set_config('tenant_datasource.table', relation, false);
    execute current_setting('tenant_datasource.undo_table');
  end loop;
end
$undo_tables$;

\ir ../common/end.sql
