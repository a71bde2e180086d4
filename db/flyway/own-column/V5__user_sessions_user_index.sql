-- Row-level security for a table of user sessions, by an organization column of its own that the database keeps right.
--
-- Generated from tenant-datasource's resources, with the names of the review's schema.

-- An index for the sessions of one user, and for what the foreign key looks up. Outside of a transaction, one
-- statement at a time (they end with a line "--;"), as it is built concurrently. Can be run again after any failure.

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

-- As SQL text in settings, to be executed where it is needed: temporary functions would need the right to create them.
--
-- prepare_index: comes before an index is created IF NOT EXISTS, and refuses a name that means something else. index is its
-- name, index_table the table, index_columns its columns as the catalogue has them, index_unique UNIQUE or nothing.
--
-- No comment can be put on an index as it is created concurrently, so ours is created with an option that changes nothing,
-- deduplicate_items, and known by that until mark_index has run. One of ours that was being built when the server or the client
-- died stays behind, not valid, and is dropped, as is one on other columns.
do $prepare_index$
begin
  perform pg_catalog.set_config('tenant_datasource.prepare_index', $text$
do $prepare$
declare
  index_name constant text := pg_catalog.current_setting('tenant_datasource.index');
  found constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.index'));
  indexed constant text := pg_catalog.current_setting('tenant_datasource.index_table');
  present record;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  if found is null then
    return;
  end if;

  select
    indisvalid,
    coalesce(starts_with(obj_description(oid, 'pg_class'), 'tenant-datasource: '), false)
      or coalesce(reloptions @> array['deduplicate_items=on'], false) as ours,
    regexp_replace(
      replace(pg_get_indexdef(oid), ' ON ONLY ', ' ON '), ' WITH \(deduplicate_items=''?on''?\)$', '') = format(
      'CREATE %sINDEX %I ON %s USING btree (%s)',
      current_setting('tenant_datasource.index_unique'),
      relname,
      indexed,
      current_setting('tenant_datasource.index_columns')) as fits
  into present
  from pg_index
  join pg_class on oid = indexrelid
  where oid = found
    and indrelid = to_regclass(indexed);

  if present is null or not present.ours and not (present.fits and present.indisvalid) then
    raise exception 'the name % is needed for an index on table %, but means something else: %',
      index_name, indexed, coalesce(pg_get_indexdef(found), 'a relation, or an index of another table')
      using
        errcode = 'duplicate_table',
        hint = format('Give it another name: alter %s %s rename to …',
          case when (select relkind from pg_class where oid = found) in ('i', 'I') then 'index' else 'table' end, found);
  end if;

  if (not present.indisvalid or not present.fits)
    and coalesce(current_setting('tenant_datasource.index_only_look', true), '') = ''
  then
    perform set_config('tenant_datasource.locks', array[array[
      indexed, format('lock table %s in access exclusive mode', indexed)]]::text, true);
    execute current_setting('tenant_datasource.take_locks');
    execute format('drop index %s', found);
  end if;
end
$prepare$
  $text$, false);
end
$prepare_index$;

-- mark_index: comes after it, and leaves alone what fits, but was there before.
do $mark_index$
begin
  perform pg_catalog.set_config('tenant_datasource.mark_index', $text$
do $mark$
declare
  found constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.index'));
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  if (select reloptions @> array['deduplicate_items=on'] from pg_class where oid = found) then
    execute format('comment on index %s is %L', found, 'tenant-datasource: ' || current_setting('tenant_datasource.index_tag'));
    execute format('alter index %s reset (deduplicate_items)', found);
  end if;
end
$mark$
  $text$, false);
end
$mark_index$;

-- index_at_once: the whole of it in one transaction.
do $index_at_once$
begin
  perform pg_catalog.set_config('tenant_datasource.index_at_once', $text$
do $at_once$
declare
  indexed constant text := pg_catalog.current_setting('tenant_datasource.index_table');
begin
  execute current_setting('tenant_datasource.prepare_index');
  if to_regclass(current_setting('tenant_datasource.index')) is null then
    perform set_config('tenant_datasource.locks', array[array[indexed, format('lock table %s in share mode', indexed)]]::text, true);
    execute current_setting('tenant_datasource.take_locks');
    execute format(
      'create %sindex %I on %s (%s)',
      current_setting('tenant_datasource.index_unique'),
      current_setting('tenant_datasource.index_name'),
      indexed,
      current_setting('tenant_datasource.index_columns'));
    execute format(
      'comment on index %s is %L',
      current_setting('tenant_datasource.index'),
      'tenant-datasource: ' || current_setting('tenant_datasource.index_tag'));
  end if;
  execute current_setting('tenant_datasource.mark_index');
end
$at_once$
  $text$, false);
end
$index_at_once$;
--;

select
  pg_catalog.set_config('tenant_datasource.index', pg_catalog.format('%I.%I', 'public', 'user_sessions_user_organization_idx'), false),
  pg_catalog.set_config('tenant_datasource.index_table', pg_catalog.format('%I.%I', 'public', 'user_sessions'), false),
  pg_catalog.set_config('tenant_datasource.index_unique', '', false),
  pg_catalog.set_config('tenant_datasource.index_columns', pg_catalog.format('%I, %I', 'user_id', 'organization_id'), false),
  pg_catalog.set_config('tenant_datasource.index_tag', 'own column', false),
  pg_catalog.set_config('tenant_datasource.index_lock_timeout', '5000ms', false);
--;

do $prepare_index_name$
begin
  perform pg_catalog.set_config('lock_timeout', pg_catalog.current_setting('tenant_datasource.index_lock_timeout'), true);
  execute pg_catalog.current_setting('tenant_datasource.prepare_index');
end
$prepare_index_name$;
--;

create index concurrently if not exists "user_sessions_user_organization_idx"
  on "public"."user_sessions" ("user_id", "organization_id")
  with (deduplicate_items = on);
--;

do $mark_the_index$
begin
  execute pg_catalog.current_setting('tenant_datasource.mark_index');
end
$mark_the_index$;
