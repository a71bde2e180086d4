-- Makes objects what there is, under the lock, and has what is ours say so.
do $carry_out$
declare
  difference record;
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  for difference in
    execute format('select * from (%s) as difference where differs', current_setting('tenant_datasource.differences'))
  loop
    -- What depends on a function stays with it, if it stays.
    if difference.is_ours and (difference.kind <> 'function' or difference.create_statement is null) then
      execute difference.drop_statement;
    end if;
    if difference.create_statement is not null then
      execute difference.create_statement;
    end if;
    if difference.create_statement is not null and difference.kind <> 'row security' then
      execute format('comment on %s is %L', difference.identity, difference.comment_at_first);
    end if;
  end loop;

  for difference in
    execute format('select * from (%s) as difference where differs', current_setting('tenant_datasource.differences'))
  loop
    execute format('comment on %s is %L', difference.identity, difference.comment_in_the_end);
  end loop;
end
$carry_out$;
