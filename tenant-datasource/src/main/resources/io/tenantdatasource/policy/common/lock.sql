-- From here on nobody else changes the table's policies, and nobody reads it between the old ones and the new. Where there is
-- nothing to change, nothing is locked.
do $lock_table$
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  perform set_config(
    'tenant_datasource.locks',
    (
      select array_agg(array[name, statement] order by position)
      from (
        select 1 as position, view_name, statement
        from jsonb_each_text(coalesce(nullif(current_setting('tenant_datasource.alter_views', true), ''), '{}')::jsonb)
          as views (view_name, statement)
        union all
        select 2, referenced, format('lock table %s in %s mode', referenced,
          coalesce(nullif(current_setting('tenant_datasource.referenced_mode', true), ''), 'share row exclusive'))
        from nullif(current_setting('tenant_datasource.referenced_table', true), '') as referenced
        where referenced is not null
        union all
        -- Its partitions and children are locked along with it, but not while it is waited for.
        select position, current_setting('tenant_datasource.table'),
          format('lock table %s%s in access exclusive mode', which, current_setting('tenant_datasource.table'))
        from (values (3, 'only '), (4, '')) as whole (position, which)
      ) as locks (position, name, statement)
    )::text,
    true);
  execute current_setting('tenant_datasource.take_locks');
end
$lock_table$;
