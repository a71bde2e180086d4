-- The index of the login by token, if it is ours: it says so, or a former version made it, which did not.
select set_config('tenant_datasource.index_to_drop', coalesce(
  (
    select pg_class.oid::regclass::text
    from pg_class
    join pg_index on indexrelid = pg_class.oid
    where pg_class.oid = to_regclass(format('%I.%I', :'sessions_schema', :'login_index'))
      and indrelid = current_setting('tenant_datasource.table')::regclass
      and case
        when obj_description(pg_class.oid, 'pg_class') is not null
          then starts_with(obj_description(pg_class.oid, 'pg_class'), 'tenant-datasource: login')
        else coalesce(reloptions @> array['deduplicate_items=on'], false)
          or pg_get_indexdef(pg_class.oid) ~ 'hashtextextended\(.* COLLATE "C"\), \(0\)::bigint\)\)$'
            and obj_description(to_regprocedure(format('%I.%I(text)', :'sessions_schema', :'login_function')), 'pg_proc')
              in ('tenant-datasource: login', 'tenant-datasource: login; granted usage of the schema')
      end
  ),
  ''), true);
