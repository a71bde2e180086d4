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

select
  pg_catalog.set_config('tenant_datasource.lock_timeout', '5000ms', false),
  pg_catalog.set_config('tenant_datasource.batch_pages', '64', false),
  pg_catalog.set_config('tenant_datasource.batch_pause', '10', false),
  pg_catalog.set_config('tenant_datasource.next_page', '', false),
  pg_catalog.set_config(
    'tenant_datasource.shown_tables',
    array[pg_catalog.current_setting('tenant_datasource.table'), pg_catalog.current_setting('tenant_datasource.users')]::text,
    false),
  -- The users are locked first, as the foreign key would do it after: who is moving to another organization is waited for,
  -- and read as they are then.
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
          for key share)
        update %1$s as session
        set %2$I = tenant_datasource_user.organization
        from tenant_datasource_user
        where session.ctid >= $1
          and session.ctid < $2
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
-- any row. This policy shows the rows of the tables of shown_tables to this one connection of theirs. Comes before
-- hide-again.sql, each in a statement of its own.
do $let_this_connection_see_all$
declare
  hidden regclass;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true);

  foreach hidden in array current_setting('tenant_datasource.shown_tables')::regclass[] loop
    continue when not row_security_active(hidden);
    for attempt in 1..5 loop
      begin
        execute format('drop policy if exists user_sessions_fill_policy on %s', hidden);
        execute format(
          'create policy user_sessions_fill_policy on %s to %I using (pg_backend_pid() = %s)',
          hidden, current_user, pg_backend_pid());
        exit;
      exception
        when lock_not_available or deadlock_detected then
          if attempt = 5 then
            raise;
          end if;
          perform pg_sleep(0.1 * attempt);
      end;
    end loop;
  end loop;
end
$let_this_connection_see_all$;
--;

-- Goes through the table page by page, with fill_statement for the rows from ctid $1 up to $2; rows that are written
-- meanwhile are a trigger's. Ends after batches_at_once where a program asks for that, to be run again until next_page is
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
begin
  while page < pages and batches < batches_at_once loop
    for attempt in 1..5 loop
      -- What is set for a transaction alone is gone after each commit.
      perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
      perform set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true);
      begin
        execute statement using format('(%s,0)', page)::tid, format('(%s,0)', page + batch_pages)::tid;
        exit;
      exception
        when lock_not_available or deadlock_detected then
          if attempt = 5 then
            raise;
          end if;
          perform pg_sleep(0.1 * attempt);
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
  sessions constant regclass := current_setting('tenant_datasource.table');
  missing bigint;
begin
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

  execute format('alter table %s validate constraint user_sessions_organization_check', sessions);
  execute format('alter table %s validate constraint user_sessions_organization_fkey', sessions);
end
$prove$;
--;

-- Drops what see-all.sql made.
do $hide_again$
declare
  shown regclass;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true);

  for shown in
    select polrelid
    from pg_policy
    where polname = 'user_sessions_fill_policy'
      and polrelid = any (current_setting('tenant_datasource.shown_tables')::regclass[])
  loop
    for attempt in 1..5 loop
      begin
        execute format('drop policy user_sessions_fill_policy on %s', shown);
        exit;
      exception
        when lock_not_available or deadlock_detected then
          if attempt = 5 then
            raise;
          end if;
          perform pg_sleep(0.1 * attempt);
      end;
    end loop;
  end loop;
end
$hide_again$;
