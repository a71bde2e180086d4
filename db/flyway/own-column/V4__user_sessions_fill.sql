-- Row-level security for a table of user sessions, by an organization column of its own that the database keeps right.
--
-- Generated from tenant-datasource's resources, with the names of the review's schema.

-- Step 3: fills the column of the rows that were there before, and proves that it is right everywhere. Outside of a
-- transaction, one statement at a time (they end with a line "--;"), all on one connection: rows are filled in batches,
-- each committed, with a pause in between. Can be run again after any failure; it begins where rows are still to be filled.

-- psql replaces no variables inside of a DO body; settings carry them there. In one row, which is all that psql can put
-- aside.
select pg_catalog.count(pg_catalog.set_config('tenant_datasource.' || name, value, false)) as settings
from (
  values
    ('table', pg_catalog.format('%I.%I', 'public', 'user_sessions')),
    ('policy_prefix', 'user_sessions'),
    ('kept_policies',
      'user_sessions_select_policy user_sessions_insert_policy user_sessions_update_policy user_sessions_delete_policy '
      'user_sessions_login_policy user_sessions_fill_policy'),
    ('role', 'authenticated'),
    ('session_token_column', 'session_token'),
    ('session_token_hash_column', 'session_token_hash'),
    ('session_created_column', 'created_at'),
    ('session_expires_column', 'expires_at'),
    ('user_index', 'user_sessions_user_organization_idx'),
    ('newest_index', 'user_sessions_organization_newest_idx'),
    ('organization_index', 'user_sessions_organization_idx'),
    ('expired_index', 'user_sessions_expires_idx'),
    ('users', pg_catalog.format('%I.%I', 'public', 'users')),
    ('session_user_column', 'user_id'),
    ('session_organization_column', 'organization_id'),
    ('users_id_column', 'id'),
    ('users_organization_column', 'organization_id')
) as names (name, value);
--;

-- As SQL text in settings, to be executed where it is needed: temporary functions would need the right to create them.
--
-- take_locks: takes locks, an array of pairs of a name and the statement that locks it. All traffic on a table queues up
-- behind a lock that is waited for, and who holds one and waits for another is half of a deadlock. So one is waited for at a
-- time, shortly, while nothing is held; and where another is not free then, all are let go, and that one is waited for next.
do $take_locks$
begin
  perform pg_catalog.set_config('tenant_datasource.take_locks', $text$
do $take$
declare
  locks constant text[] := current_setting('tenant_datasource.locks');
  timeout constant text := current_setting('lock_timeout');
  milliseconds constant bigint := (select setting from pg_settings where name = 'lock_timeout');
  first_turn constant bigint := greatest(least(milliseconds, 10), milliseconds / 200);
  turn bigint := first_turn;
  began_at constant timestamptz := clock_timestamp();
  give_up_at constant timestamptz := case
    when milliseconds = 0 then 'infinity'
    else began_at + interval '1 second' + 5 * milliseconds * interval '1 millisecond'
  end;
  first integer := 1;
  asked integer;
begin
  loop
    begin
      for i in 0 .. cardinality(locks) / 2 - 1 loop
        asked := 1 + (first - 1 + i) % (cardinality(locks) / 2);
        perform set_config('lock_timeout', case when i = 0 then turn else 1 end || 'ms', true);
        execute locks[asked][2] || case when i > 0 and locks[asked][2] like 'lock table %' then ' nowait' else '' end;
      end loop;
      perform set_config('lock_timeout', timeout, true);
      exit;
    exception
      when lock_not_available or deadlock_detected then
        first := asked;
    end;

    if clock_timestamp() > give_up_at then
      raise exception 'table % is in use: % lock could not be had within %, five times',
        current_setting('tenant_datasource.table'),
        case locks[first][1]
          when current_setting('tenant_datasource.table') then 'its'
          else locks[first][1] || '''s'
        end,
        timeout
        using
          errcode = 'lock_not_available',
          hint = 'Run this again when its long transactions have ended (see pg_stat_activity), or raise lock_timeout.';
    end if;
    perform pg_sleep(0.004 * first_turn);

    -- Where transactions overlap without end there is no moment for a short turn, so they double with each half of the time.
    turn := greatest(
      first_turn,
      least(
        milliseconds / 2,
        first_turn * 2 ^ (1000 * extract(epoch from clock_timestamp() - began_at) / greatest(milliseconds / 2, 1))));
  end loop;
end
$take$
  $text$, false);
end
$take_locks$;
--;

-- Whether the column is filled everywhere, and proven to be right: change says whether there is anything left to do.
select set_config(
  'tenant_datasource.change',
  case
    when (
      select count(*)
      from pg_catalog.pg_constraint
      where conrelid = pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'))
        and pg_catalog.obj_description(oid, 'pg_constraint') ~ '^tenant-datasource: own column; (check|foreign key);'
        and convalidated) < 2
    then 'yes'
    else ''
  end,
  false);
--;

select
  pg_catalog.set_config('tenant_datasource.lock_timeout', '5000ms', false),
  pg_catalog.set_config('tenant_datasource.batch_pages', '64', false),
  pg_catalog.set_config('tenant_datasource.batch_pause', '10', false),
  pg_catalog.set_config('tenant_datasource.next_page', '', false),
  pg_catalog.set_config(
    'tenant_datasource.shown_tables',
    array[pg_catalog.current_setting('tenant_datasource.users'), pg_catalog.current_setting('tenant_datasource.table')]::text,
    false),
  -- The users are locked first, as the foreign key would do it after: who is moving to another organization is read as they
  -- are then.
  pg_catalog.set_config(
    'tenant_datasource.fill_statement',
    pg_catalog.format(
      $$with tenant_datasource_user as materialized (
          select %6$I as id, %3$I as organization
          from %4$s
          where %6$I in (
            select %5$I
            from %1$s
            where ctid >= $1 and ctid < $2 and %2$I is null)
          for key share),
        tenant_datasource_session as materialized (
          select ctid
          from %1$s
          where ctid >= $1 and ctid < $2 and %2$I is null
          for update)
        update %1$s as session
        set %2$I = tenant_datasource_user.organization
        from tenant_datasource_user, tenant_datasource_session
        where session.ctid >= $1
          and session.ctid < $2
          and session.ctid = tenant_datasource_session.ctid
          and session.%2$I is null
          and session.%5$I = tenant_datasource_user.id$$,
      pg_catalog.current_setting('tenant_datasource.table'),
      'organization_id',
      'organization_id',
      pg_catalog.current_setting('tenant_datasource.users'),
      'user_id',
      'id'),
    false);
--;

-- As where the policies through users are there.
-- Where row security is forced already, the owner sees nothing to fill, and a foreign key is found valid without a look at
-- any row. This policy shows the rows of the tables of shown_tables to this one connection of theirs, if change says that
-- there is anything to do. Comes before hide-again.sql, each in a statement of its own.
do $let_this_connection_see_all$
declare
  hidden regclass[];
  shown regclass;
  policy_name text;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
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
--;

-- Goes through the table page by page, with fill_statement for the rows from ctid $1 up to $2; rows that are written
-- meanwhile are a trigger's. What somebody else has locked for longer is tried again when all locks are let go. Does nothing where change
-- says that nothing is left to do. Ends after batches_at_once where a program asks for that, to be run again until next_page is
-- empty.
do $fill$
declare
  filled constant regclass := current_setting('tenant_datasource.table');
  statement constant text := current_setting('tenant_datasource.fill_statement');
  batch_pages constant bigint := current_setting('tenant_datasource.batch_pages');
  pages constant bigint :=
    pg_catalog.pg_relation_size(filled) / current_setting('block_size')::bigint;
  batches_at_once constant bigint :=
    coalesce(nullif(current_setting('tenant_datasource.batches_at_once', true), ''), '9223372036854775807');
  page bigint := coalesce(nullif(current_setting('tenant_datasource.next_page'), ''), '0');
  batches bigint := 0;
  tries integer;
  milliseconds bigint;
  batch_began_at timestamptz;
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  while page < pages and batches < batches_at_once loop
    tries := 0;
    batch_began_at := pg_catalog.clock_timestamp();
    loop
      -- What is set for a transaction alone is gone after each commit.
      perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
      perform set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true);
      milliseconds := (select setting from pg_settings where name = 'lock_timeout');
      begin
        -- A row is waited for in as short a turn as a table, far below deadlock_timeout.
        perform set_config('lock_timeout', greatest(least(milliseconds, 10), milliseconds / 200) || 'ms', true);
        execute statement using format('(%s,0)', page)::tid, format('(%s,0)', page + batch_pages)::tid;
        exit;
      exception
        when lock_not_available or deadlock_detected then
          tries := tries + 1;
          if clock_timestamp() > batch_began_at + interval '1 second' + 5 * current_setting('lock_timeout')::interval then
            raise exception 'rows of table % are in use: their locks could not be had within %, five times',
              filled, current_setting('lock_timeout')
              using
                errcode = 'lock_not_available',
                hint = 'Run this again when the long transactions that have locked them have ended (see pg_stat_activity): '
                  'it goes on where it stopped.';
          end if;
          perform pg_sleep(least(0.02 * tries, 0.2));
      end;
    end loop;

    if page * 10 / pages < (page + batch_pages) * 10 / pages then
      raise info 'filled % %% of table %', least(100, (page + batch_pages) * 100 / pages), filled;
    end if;
    page := page + batch_pages;
    batches := batches + 1;
    perform pg_catalog.set_config('tenant_datasource.next_page', page::text, false);
    commit;
    perform pg_catalog.pg_sleep(current_setting('tenant_datasource.batch_pause')::double precision / 1000);
  end loop;

  if page >= pages then
    perform pg_catalog.set_config('tenant_datasource.next_page', '', false);
  end if;
end
$fill$;
--;

do $prove$
declare
  sessions constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'));
  missing bigint;
  unproven name;
begin
  if pg_catalog.current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true);

  execute format(
    'select count(*) from %s where %I is not null and %I is null',
    sessions,
    current_setting('tenant_datasource.session_user_column'),
    current_setting('tenant_datasource.session_organization_column'))
  into missing;

  if missing > 0 then
    raise exception '% rows of table % name a user who does not exist, or has no organization', missing, sessions
      using
        errcode = 'foreign_key_violation',
        hint = format(
          'Delete them, or give these users an organization, and run this step again: '
            'select * from %s where %I is not null and %I is null',
          sessions,
          current_setting('tenant_datasource.session_user_column'),
          current_setting('tenant_datasource.session_organization_column'));
  end if;

  for unproven in
    select conname
    from pg_constraint
    where conrelid = sessions
      and obj_description(oid, 'pg_constraint') ~ '^tenant-datasource: own column; (check|foreign key);'
      and not convalidated
    order by contype
  loop
    execute format('alter table %s validate constraint %I', sessions, unproven);
  end loop;
end
$prove$;
--;

-- Drops what see-all.sql made, also that of a run that was killed, or of a former version, which did not say so.
do $hide_again$
declare
  shown record;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true);

  perform set_config(
    'tenant_datasource.locks',
    array_agg(distinct array[polrelid::regclass::text, format('lock table %s in access exclusive mode', polrelid::regclass)])::text,
    true)
  from pg_policy
  where polrelid = any (current_setting('tenant_datasource.shown_tables')::regclass[])
    and (
      obj_description(oid, 'pg_policy') = 'tenant-datasource: fill'
      or obj_description(oid, 'pg_policy') is null
        and polname = 'user_sessions_fill_policy'
        and pg_get_expr(polqual, polrelid) ~ '^\(pg_backend_pid\(\) = \d+\)$')
  having count(*) > 0;

  if not found then
    return;
  end if;
  execute current_setting('tenant_datasource.take_locks');

  for shown in
    select polname, polrelid::regclass as relation
    from pg_policy
    where polrelid = any (current_setting('tenant_datasource.shown_tables')::regclass[])
      and (
        obj_description(oid, 'pg_policy') = 'tenant-datasource: fill'
        or obj_description(oid, 'pg_policy') is null
          and polname = 'user_sessions_fill_policy'
          and pg_get_expr(polqual, polrelid) ~ '^\(pg_backend_pid\(\) = \d+\)$')
    order by oid
  loop
    execute format('drop policy %I on %s', shown.polname, shown.relation);
  end loop;
end
$hide_again$;
