-- Takes through-users back.
--
-- psql -v ON_ERROR_STOP=1 -f through-users-undo.sql -v name=value ...
--
-- Run it as the owner of the tables that it changes. It can be run again at any time.
-- It is one transaction, its own or that of psql -1.
-- Generated from tenant-datasource's resources.

\if :ON_ERROR_STOP
\else
  \set ON_ERROR_STOP on
  do $$ begin raise exception 'run this with -v ON_ERROR_STOP=1: no step may run after one that failed'; end $$;
\endif

-- What can be named with -v, as it stands in the catalog: unquoted, capitals and all.
\if :{?sessions_table} \else \set sessions_table user_sessions \endif
\if :{?sessions_schema} \else \set sessions_schema public \endif
\if :{?role} \else \set role authenticated \endif
\if :{?session_token_column} \else \set session_token_column session_token \endif
\if :{?session_token_hash_column} \else \set session_token_hash_column session_token_hash \endif
\if :{?session_created_column} \else \set session_created_column created_at \endif
\if :{?session_expires_column} \else \set session_expires_column expires_at \endif
\if :{?users_schema} \else \set users_schema public \endif
\if :{?users_table} \else \set users_table users \endif
\if :{?session_user_column} \else \set session_user_column user_id \endif
\if :{?session_organization_column} \else \set session_organization_column organization_id \endif
\if :{?users_id_column} \else \set users_id_column id \endif
\if :{?users_organization_column} \else \set users_organization_column organization_id \endif
\if :{?lock_timeout} \else \set lock_timeout 5000ms \endif

-- Called after the table; where that gets too long, the table's name is cut.
select
  pg_catalog.substr(('_user_organization_idx' || :'sessions_table')::pg_catalog.name, 23) || '_user_organization_idx'
    as user_index,
  pg_catalog.substr(('_organization_newest_idx' || :'sessions_table')::pg_catalog.name, 25) || '_organization_newest_idx'
    as newest_index,
  pg_catalog.substr(('_organization_idx' || :'sessions_table')::pg_catalog.name, 18) || '_organization_idx'
    as organization_index,
  pg_catalog.substr(('_expires_idx' || :'sessions_table')::pg_catalog.name, 13) || '_expires_idx'
    as expired_index
\gset

-- What is set for a transaction is still there in the next statement only if psql is in one.
select pg_catalog.set_config('tenant_datasource.probe', 'on', true)
\gset tenant_datasource_

select coalesce(pg_catalog.current_setting('tenant_datasource.probe', true), '') = 'on' as in_transaction
\gset tenant_datasource_

-- === through-users/undo.sql ===

\if :tenant_datasource_in_transaction \else
begin;
\endif

-- Takes back what policies.sql did. Run it as the owner of the table, in one transaction.
--
-- Row security goes back to what it was before the first run of that script. It stays on and forced where it was off, but
-- other policies are left on the table. The role stays, for it may own or be granted other things by now.

-- psql replaces no variables inside of a DO body; settings carry them there. In one row, which is all that psql can put
-- aside.
select pg_catalog.count(pg_catalog.set_config('tenant_datasource.' || name, value, false)) as settings
from (
  values
    ('table', pg_catalog.format('%I.%I', :'sessions_schema', :'sessions_table')),
    ('policy_prefix', 'user_sessions'),
    ('kept_policies',
      'user_sessions_select_policy user_sessions_insert_policy user_sessions_update_policy user_sessions_delete_policy '
      'user_sessions_login_policy user_sessions_fill_policy'),
    ('role', :'role'),
    ('session_token_column', :'session_token_column'),
    ('session_token_hash_column', :'session_token_hash_column'),
    ('session_created_column', :'session_created_column'),
    ('session_expires_column', :'session_expires_column'),
    ('user_index', :'user_index'),
    ('newest_index', :'newest_index'),
    ('organization_index', :'organization_index'),
    ('expired_index', :'expired_index'),
    ('users', pg_catalog.format('%I.%I', :'users_schema', :'users_table')),
    ('session_user_column', :'session_user_column'),
    ('session_organization_column', :'session_organization_column'),
    ('users_id_column', :'users_id_column'),
    ('users_organization_column', :'users_organization_column')
) as names (name, value)
\gset tenant_datasource_

-- What this transaction had set is put aside, for end.sql.
select
  pg_catalog.set_config('tenant_datasource.in_transaction', 'yes', true),
  pg_catalog.set_config('tenant_datasource.change', 'yes', true),
  pg_catalog.set_config('tenant_datasource.further_change', '', true),
  pg_catalog.set_config('tenant_datasource.note', '', true),
  pg_catalog.set_config('tenant_datasource.our_policies', '{}', true),
  pg_catalog.set_config('tenant_datasource.lock_timeout', pg_catalog.current_setting('lock_timeout'), true),
  pg_catalog.set_config(
    'tenant_datasource.client_min_messages', pg_catalog.current_setting('client_min_messages'), true),
  pg_catalog.set_config('tenant_datasource.search_path', pg_catalog.current_setting('search_path'), true),
  -- What is open in between is closed in the end, and what an undo opens is meant.
  pg_catalog.set_config(
    'tenant_datasource.former_ddl_guard', coalesce(pg_catalog.current_setting('tenant_datasource.ddl_guard', true), ''), true),
  pg_catalog.set_config('tenant_datasource.ddl_guard', 'off', true)
\gset tenant_datasource_

set local lock_timeout = :'lock_timeout';

-- What IF EXISTS does not find is no news.
set local client_min_messages = warning;

-- Nothing below means an object that somebody else put in front of PostgreSQL's own.
set local search_path = pg_catalog, pg_temp;

do $require_transaction$
begin
  if coalesce(current_setting('tenant_datasource.in_transaction', true), '') = '' then
    raise exception 'this script has to run in one transaction, such as that of psql -1'
      using errcode = 'no_active_sql_transaction';
  end if;
end
$require_transaction$;

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

select
  set_config('tenant_datasource.shape', 'through users', true),
  set_config('tenant_datasource.undone', '{through users,maintenance}', true),
  set_config('tenant_datasource.drop_tag', 'through users', true),
  set_config('tenant_datasource.dropped_key', '', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'))::text, true)
\gset tenant_datasource_

-- Says what is missing before anything is locked. required_columns holds pairs of a table and a column; the column may be
-- left out.
do $require_columns$
declare
  required record;
  changed regclass;
begin
  begin
    for required in
      select pair ->> 0 as relation, to_regclass(pair ->> 0) as found, pair ->> 1 as attribute
      from jsonb_array_elements(current_setting('tenant_datasource.required_columns')::jsonb) as pair
    loop
      if required.found is null then
        raise exception 'there is no table %', required.relation
          using
            errcode = 'undefined_table',
            hint = 'Create it first, or name another one: every name is a parameter.';
      end if;
      if required.attribute is not null
        and nullif(current_setting('tenant_datasource.columns_to_come', true), '')::jsonb
          -> required.relation -> required.attribute is null
        and not exists (
          select
          from pg_attribute
          where attrelid = required.found
            and attname = required.attribute
            and attnum > 0
            and not attisdropped)
      then
        raise exception 'table % has no column %', required.relation, quote_ident(required.attribute)
          using
            errcode = 'undefined_column',
            hint = 'Name another one: every name is a parameter.';
      end if;
    end loop;
  exception
    when insufficient_privilege then
      raise exception '%', sqlerrm
        using
          errcode = 'insufficient_privilege',
          hint = format('Run this as the owner of the table, who needs it too: grant usage on schema … to %I', current_user);
  end;

  if (select relkind from pg_class where oid = current_setting('tenant_datasource.table')::regclass) not in ('r', 'p') then
    raise exception '% is not a table', current_setting('tenant_datasource.table')
      using
        errcode = 'wrong_object_type',
        hint = 'Policies are for tables; a view shows what its owner, or with security_invoker its reader, may see.';
  end if;

  foreach changed in array array_remove(array[
    current_setting('tenant_datasource.table'),
    current_setting('tenant_datasource.referenced_table', true)], '')::regclass[]
  loop
    if not pg_has_role((select relowner from pg_class where oid = changed), 'usage') then
      raise exception 'must be owner of table %', changed
        using
          errcode = 'insufficient_privilege',
          hint = format('Run this as %s.', (select relowner::regrole from pg_class where oid = changed));
    end if;
  end loop;
end
$require_columns$;

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

-- As SQL text in settings, to be executed where it is needed: temporary functions would need the right to create them.
--
-- present_objects: what is on the tables $1, by kind and name, and whether it is ours. What is ours says so in a comment,
-- 'tenant-datasource: …'; the policies that former versions left without one are in the setting our_policies. rendering is
-- the definition, without that of which a later step is in charge.
do $present_objects$
begin
  perform pg_catalog.set_config('tenant_datasource.present_objects', $text$
    select
      kind,
      relation,
      name,
      comment,
      starts_with(comment, 'tenant-datasource: ')
        or kind = 'policy' and id = any (current_setting('tenant_datasource.our_policies')::oid[]) as ours,
      identity,
      case
        when kind in ('constraint', 'column') then format('alter table %s drop %s %I', relation::regclass, kind, name)
        else 'drop ' || identity
      end as drop_statement,
      rendering
    from (
      select
        'policy', oid, polrelid, polname, coalesce(obj_description(oid, 'pg_policy'), ''),
        format('policy %I on %s', polname, polrelid::regclass),
        concat_ws(' ',
          polcmd,
          polpermissive,
          array(
            select case roleid when 0 then 'public' else roleid::regrole::text end
            from unnest(polroles) as roleid
            order by 1),
          pg_get_expr(polqual, polrelid),
          'with check ' || pg_get_expr(polwithcheck, polrelid))
      from pg_policy
      where polrelid = any ($1)

      union all
      select
        'constraint', oid, conrelid, conname, coalesce(obj_description(oid, 'pg_constraint'), ''),
        format('constraint %I on %s', conname, conrelid::regclass),
        regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', '')
          || array(select tgenabled from pg_trigger where tgconstraint = pg_constraint.oid order by tgenabled)::text
      from pg_constraint
      where conrelid = any ($1)

      union all
      select
        'trigger', oid, tgrelid, tgname, coalesce(obj_description(oid, 'pg_trigger'), ''),
        format('trigger %I on %s', tgname, tgrelid::regclass),
        concat_ws(' ', tgenabled, pg_get_triggerdef(oid))
      from pg_trigger
      where tgrelid = any ($1)
        and not tgisinternal

      union all
      select
        'index', indexrelid, indrelid, relname, coalesce(obj_description(indexrelid, 'pg_class'), ''),
        format('index %s', indexrelid::regclass),
        pg_get_indexdef(indexrelid)
      from pg_index
      join pg_class on oid = indexrelid
      where indrelid = any ($1)

      -- The column's definition is the table's affair.
      union all
      select
        'column', attrelid, attrelid, attname, coalesce(col_description(attrelid, attnum), ''),
        format('column %s.%I', attrelid::regclass, attname),
        ''
      from pg_attribute
      where attrelid = any ($1)
        and attnum > 0
        and not attisdropped

      -- A table shares its schema's functions with others; its own are those that its triggers call.
      union all
      select
        'function', pg_proc.oid, pg_class.oid, proname,
        case
          when exists (select from pg_trigger where tgfoid = pg_proc.oid and tgrelid = pg_class.oid)
            or not exists (select from pg_trigger where tgfoid = pg_proc.oid)
          then coalesce(obj_description(pg_proc.oid, 'pg_proc'), '')
          else ''
        end,
        format('function %s', pg_proc.oid::regprocedure),
        case prokind when 'f' then pg_get_functiondef(pg_proc.oid) end
      from pg_class
      join pg_proc on pronamespace = relnamespace
      where pg_class.oid = any ($1)
        and pronargs = 0
    ) as present (kind, id, relation, name, comment, identity, rendering)
  $text$, false);
end
$present_objects$;

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

do $refuse_the_own_column$
begin
  if exists (
    select
    from pg_policy
    where polrelid = current_setting('tenant_datasource.table')::regclass
      and obj_description(oid, 'pg_policy') like 'tenant-datasource: own column;%')
  then
    raise exception 'the policies of table % are those of the own column', current_setting('tenant_datasource.table')
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Undo these, or apply the policies through users first.';
  end if;
end
$refuse_the_own_column$;

-- Takes the maintenance role's policies and rights back. Comes before the other policies are dropped, which lets row security go
-- only where none are left. The role stays.
do $drop_maintenance$
declare
  root constant regclass := current_setting('tenant_datasource.table');
  shape constant text := current_setting('tenant_datasource.shape');
  remembered constant text := (
    select obj_description(oid, 'pg_policy')
    from pg_policy
    where polrelid = root
      and polname = current_setting('tenant_datasource.policy_prefix') || '_select_policy');
  policy record;
  privilege text;
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  -- Where another solution than that of shape took over since, it stays.
  if remembered is not null and not starts_with(remembered, format('tenant-datasource: %s; ', shape)) then
    return;
  end if;

  for policy in
    select polname, polrelid::regclass as relation, roleid::regrole as grantee, obj_description(oid, 'pg_policy') as comment
    from pg_policy, unnest(polroles) as roleid
    where polrelid = any (current_setting('tenant_datasource.protected')::oid[])
      and starts_with(obj_description(oid, 'pg_policy'), 'tenant-datasource: maintenance;')
  loop
    for privilege in
      select jsonb_array_elements_text(substring(policy.comment from '; granted (\[.*\])$')::jsonb)
      where policy.relation = root
    loop
      execute format('revoke %s on %s from %s', privilege, root, policy.grantee);
    end loop;
    execute format('drop policy %I on %s', policy.polname, policy.relation);
  end loop;
end
$drop_maintenance$;

-- Takes the clean-up role's policies and rights back. Comes before the other policies are dropped, which lets row security
-- go only where none are left. The role stays. Where another solution than that of shape took over since, all of it stays.
do $drop_cleanup$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  schema_name constant text := (
    select nspname
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = sessions);
  shape constant text := current_setting('tenant_datasource.shape');
  remembered constant text := (
    select obj_description(oid, 'pg_policy')
    from pg_policy
    where polrelid = sessions
      and polname = 'user_sessions_select_policy');
  policy record;
  granted record;
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  if shape <> '' and starts_with(remembered, 'tenant-datasource: ')
    and not starts_with(remembered, format('tenant-datasource: %s; ', shape))
  then
    return;
  end if;

  for policy in
    select roleid::regrole as grantee, obj_description(oid, 'pg_policy') as comment
    from pg_policy, unnest(polroles) as roleid
    where polrelid = sessions
      and polname = 'user_sessions_cleanup_select_policy'
      and oid = any (current_setting('tenant_datasource.our_policies')::oid[])
  loop
    for granted in
      select value ->> 0 as privilege, value ->> 1 as column_name
      from jsonb_array_elements(substring(policy.comment from '; granted (\[.*\])$')::jsonb)
      union all
      -- A former version did not tell what had been granted before.
      select privilege, column_name
      from (
        select lower(privilege_type), attname::text
        from pg_attribute, aclexplode(attacl)
        where attrelid = sessions
          and grantee = policy.grantee
          and privilege_type in ('SELECT', 'UPDATE')
        union all
        values ('delete', null)
        union all
        select 'usage', null
        where policy.comment = 'tenant-datasource: granted usage of the schema'
      ) as by_a_former_version (privilege, column_name)
      where coalesce(policy.comment, '') !~ '; granted \[.*\]$'
    loop
      if granted.privilege = 'usage' then
        execute format('revoke usage on schema %I from %s', schema_name, policy.grantee);
      elsif granted.column_name is null then
        execute format('revoke %s on %s from %s', granted.privilege, sessions, policy.grantee);
      elsif granted.column_name = 'ctid' or exists (
        select
        from pg_attribute
        where attrelid = sessions
          and attname = granted.column_name
          and not attisdropped)
      then
        execute format('revoke %s (%I) on %s from %s', granted.privilege, granted.column_name, sessions, policy.grantee);
      end if;
    end loop;
  end loop;

  for policy in
    select polname
    from pg_policy
    where polrelid = sessions
      and polname in (
        'user_sessions_cleanup_select_policy', 'user_sessions_cleanup_delete_policy', 'user_sessions_cleanup_lock_policy')
      and oid = any (current_setting('tenant_datasource.our_policies')::oid[])
  loop
    execute format('drop policy %I on %s', policy.polname, sessions);
  end loop;
end
$drop_cleanup$;

-- Drops what policies.sql made on each table of protected, if it was made in this shape, and brings row security back to
-- what it was before. It stays on and forced where it was off, but other policies have come since: switching it off would open
-- the table to everyone who has rights on it. Where policies.sql never ran, it stays as it is.
do $drop_policies$
declare
  prefix constant text := current_setting('tenant_datasource.policy_prefix');
  shape constant text := current_setting('tenant_datasource.shape');
  protected regclass;
  policy_name name;
  remembered text;
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  foreach protected in array current_setting('tenant_datasource.protected')::regclass[] loop
    remembered := (
      select obj_description(oid, 'pg_policy')
      from pg_policy
      where polrelid = protected
        and polname = prefix || '_select_policy');

    if remembered is null or not starts_with(remembered, format('tenant-datasource: %s; ', shape)) then
      continue;
    end if;

    for policy_name in
      select polname
      from pg_policy
      where polrelid = protected
        and oid = any (current_setting('tenant_datasource.our_policies')::oid[])
        and polname in (
          select format('%s_%s_policy', prefix, kind)
          from unnest(array['select', 'insert', 'update', 'delete', 'own']) as kind)
    loop
      execute format('drop policy %I on %s', policy_name, protected);
    end loop;

    if remembered like '%row security was on' then
      execute format('alter table %s no force row level security', protected);
    elsif remembered ~ 'row security was off( but forced)?$'
      and not exists (
        select
        from pg_policy
        where polrelid = protected
          and polname <> all (coalesce(substring(remembered from '; beside (\{.*\}); (?:views .*; )?row security was ')::name[], '{}')))
    then
      if remembered like '%row security was off' then
        execute format('alter table %s no force row level security', protected);
      end if;
      execute format('alter table %s disable row level security', protected);
    end if;
  end loop;
end
$drop_policies$;

select
  set_config('tenant_datasource.in_transaction', '', true),
  set_config('tenant_datasource.referenced_table', '', true),
  set_config('tenant_datasource.referenced_mode', '', true),
  set_config('tenant_datasource.remembered', '', true),
  set_config('tenant_datasource.alter_views', '', true),
  set_config('tenant_datasource.shown_to_all', '', false),
  set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true),
  set_config('tenant_datasource.ddl_guard', current_setting('tenant_datasource.former_ddl_guard'), true),
  set_config('client_min_messages', current_setting('tenant_datasource.client_min_messages'), true),
  set_config('search_path', current_setting('tenant_datasource.search_path'), true)
\gset tenant_datasource_

\if :tenant_datasource_in_transaction \else
commit;
\endif
