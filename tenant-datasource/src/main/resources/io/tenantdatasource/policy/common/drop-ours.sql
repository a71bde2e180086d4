-- Drops what a migration made beside policies: on the table, what says that it is of drop_tag; on the referenced table the
-- index dropped_key, for other tables may have theirs there.
do $drop_ours$
declare
  statements text[];
  statement text;
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  execute format('select array_agg(drop_statement order by position) from (%s) as dropped',
    current_setting('tenant_datasource.dropped'))
  into statements;

  foreach statement in array coalesce(statements, '{}') loop
    execute statement;
  end loop;
end
$drop_ours$;
