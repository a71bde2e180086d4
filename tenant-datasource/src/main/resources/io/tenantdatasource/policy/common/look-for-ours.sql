\ir present-objects.sql

-- Whether there is anything to take back, before anything is locked for it: policies of undone, an array of what they say
-- that they are of, and what says that it is of drop_tag. On the referenced table that is only the index dropped_key, for other
-- tables may have theirs there.
do $look_for_ours$
declare
  change boolean;
begin
  perform set_config('tenant_datasource.dropped', format(
    $$
      select distinct array_position(array['trigger', 'function', 'constraint', 'index', 'column'], kind) as position, kind, drop_statement
      from (%1$s) as present
      where ours
        and kind <> 'policy'
        and starts_with(comment, 'tenant-datasource: ' || %2$L)
        and (
          relation = any (%3$L::oid[])
          -- Foreign keys of several tables may refer to one: it goes with the last of these.
          or kind = 'index' and name = %4$L and not exists (
            select
            from pg_constraint
            join pg_class as referenced on referenced.oid = conindid
            where contype = 'f'
              and confrelid = relation
              and conrelid <> all (%3$L::oid[])
              and referenced.relname = present.name))
    $$,
    replace(
      current_setting('tenant_datasource.present_objects'),
      '$1',
      quote_literal(
        array_remove(
          current_setting('tenant_datasource.protected')::oid[]
            || to_regclass(nullif(current_setting('tenant_datasource.referenced_table', true), ''))::oid,
          null)) || '::oid[]'),
    current_setting('tenant_datasource.drop_tag'),
    current_setting('tenant_datasource.protected'),
    current_setting('tenant_datasource.dropped_key')), true);

  execute format('select exists (%s)', current_setting('tenant_datasource.dropped')) into change;

  perform set_config(
    'tenant_datasource.change',
    case
      when change
        or exists (
          select
          from pg_policy, unnest(current_setting('tenant_datasource.undone')::text[]) as undone
          where polrelid = any (array_remove(
              current_setting('tenant_datasource.protected')::oid[]
                || to_regclass(nullif(current_setting('tenant_datasource.referenced_table', true), ''))::oid,
              null))
            and starts_with(obj_description(pg_policy.oid, 'pg_policy'), 'tenant-datasource: ' || undone))
        or exists (
          select
          from pg_policy
          where polrelid = current_setting('tenant_datasource.table')::regclass
            and polname = 'user_sessions_cleanup_select_policy'
            and oid = any (current_setting('tenant_datasource.our_policies')::oid[]))
          and not exists (
            select
            from pg_policy
            where polrelid = current_setting('tenant_datasource.table')::regclass
              and polname = 'user_sessions_select_policy'
              and oid = any (current_setting('tenant_datasource.our_policies')::oid[]))
      then 'yes'
      else ''
    end,
    true);
end
$look_for_ours$;
