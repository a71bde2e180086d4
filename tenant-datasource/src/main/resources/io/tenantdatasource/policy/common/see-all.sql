-- Where row security is forced already, the owner sees nothing to fill, and a foreign key is found valid without a look at
-- any row. This policy shows the rows of the tables of shown_tables to this one connection of theirs, if change says that
-- there is anything to do. Comes before hide-again.sql, each in a statement of its own.
do $let_this_connection_see_all$
declare
  hidden regclass[];
  shown regclass;
  policy_name text;
begin
  perform
    pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
    -- Until the policy has its comment, it looks like somebody else's.
    pg_catalog.set_config('tenant_datasource.ddl_guard', 'off', true);
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  select array_agg(relation), array_agg(array[relation::text, format('lock table %s in access exclusive mode', relation)])::text
  into hidden, policy_name
  from unnest(current_setting('tenant_datasource.shown_tables')::regclass[]) as relation
  where row_security_active(relation);

  if hidden is null then
    return;
  end if;
  perform
    set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true),
    set_config('tenant_datasource.locks', policy_name, true);
  execute current_setting('tenant_datasource.take_locks');

  foreach shown in array hidden loop
    -- That of a run that was killed shows nothing to anybody.
    for policy_name in
      select polname
      from pg_policy
      where polrelid = shown
        and obj_description(oid, 'pg_policy') = 'tenant-datasource: fill'
    loop
      execute format('drop policy %I on %s', policy_name, shown);
    end loop;

    policy_name := (
      select candidate
      from (
        select 0 as n, 'user_sessions_fill_policy' as candidate
        union all
        select n, 'user_sessions_fill_policy_' || n
        from generate_series(1, 99) as n
      ) as candidates
      where not exists (select from pg_policy where polrelid = shown and polname = candidate)
      order by n
      limit 1);
    execute format(
      'create policy %I on %s to %I using (pg_backend_pid() = %s)', policy_name, shown, current_user, pg_backend_pid());
    execute format('comment on policy %I on %s is %L', policy_name, shown, 'tenant-datasource: fill');
  end loop;
end
$let_this_connection_see_all$;
