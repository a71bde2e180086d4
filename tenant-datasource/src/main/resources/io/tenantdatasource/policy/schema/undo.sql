-- Takes back what protect.sql and maintain.sql did, of those tables first that rest on others. As the owner of the tables, in one
-- transaction. What row security was before comes back, as table/undo.sql says. The roles stay.
\ir names.sql
\ir ../common/begin.sql

select set_config('tenant_datasource.undo_table', $undo_table_text$
\ir forget-table.sql
\ir ../table/undo-table.sql
$undo_table_text$, true);

-- Those of the plan, and of the others those that say that they were protected: they may have left the plan since.
select
  set_config('tenant_datasource.tables', :'tables', true),
  set_config('tenant_datasource.other_tables', :'other_tables', true);

do $undo_tables$
declare
  relation text;
begin
  for relation in
    select value
    from (
      select 1 as part, value, place
      from jsonb_array_elements_text(current_setting('tenant_datasource.tables')::jsonb) with ordinality as planned (value, place)
      union all
      select 2, value, place
      from jsonb_array_elements_text(current_setting('tenant_datasource.other_tables')::jsonb) with ordinality as others (value, place)
      where exists (
        select
        from pg_policy
        where polrelid = to_regclass(value)
          and starts_with(obj_description(pg_policy.oid, 'pg_policy'), 'tenant-datasource: table;'))
    ) as tables
    where (select relkind from pg_class where oid = to_regclass(value)) in ('r', 'p')
    order by part desc, place desc
  loop
    perform set_config('tenant_datasource.table', relation, false);
    execute current_setting('tenant_datasource.undo_table');
  end loop;
end
$undo_tables$;

\ir ../common/end.sql
