-- The table, and each of its partitions and children: one that is read by its own name asks its own policies only.
do $find_protected$
begin
  perform set_config(
    'tenant_datasource.protected',
    array(
      with recursive family (member) as (
        select current_setting('tenant_datasource.table')::regclass::oid
        union
        select inhrelid
        from family
        join pg_inherits on inhparent = member
      )
      select member
      from family
      order by member
    )::text,
    true);

  -- The policies there that are this library's own: they say so in a comment, or, where a former version left them without one,
  -- they are beside one that does, or nobody else writes such conditions.
  perform set_config(
    'tenant_datasource.our_policies',
    array(
      select policy.oid
      from pg_policy as policy
      where polrelid = any (current_setting('tenant_datasource.protected')::oid[])
        and case
          when obj_description(oid, 'pg_policy') is not null then
            starts_with(obj_description(oid, 'pg_policy'), 'tenant-datasource: ')
          when polname in (
            select format('%s_%s_policy', current_setting('tenant_datasource.policy_prefix'), kind)
            from unnest(array['insert', 'update', 'delete', 'own']) as kind)
          then exists (
            select
            from pg_policy as remembering
            where remembering.polrelid = policy.polrelid
              and remembering.polname = current_setting('tenant_datasource.policy_prefix') || '_select_policy'
              and obj_description(remembering.oid, 'pg_policy') ~ '^tenant-datasource: [a-z ]+; (views .*; )?row security was ')
          when polname = 'user_sessions_login_policy' then
            pg_get_expr(polqual, polrelid) like '%current\_setting(''tenant\_datasource.login\_token''%'
          when polname = 'user_sessions_fill_policy' then
            pg_get_expr(polqual, polrelid) ~ '^\(pg_backend_pid\(\) = \d+\)$'
          when polname in (
            'user_sessions_cleanup_select_policy', 'user_sessions_cleanup_delete_policy', 'user_sessions_cleanup_lock_policy')
          then pg_get_expr(polqual, polrelid) like '%( SELECT (NOT pg\_has\_role(CURRENT\_USER, %'
          else false
        end)::text,
    true);
end
$find_protected$;
