-- A role for jobs that delete expired sessions. Comes after through-users or own-column, whose undo takes it back.
--
-- Generated from tenant-datasource's resources, with the names of the review's schema.

-- A role for jobs that delete expired sessions, of all organizations: it sees no more of them than when they expire and
-- which row they are, and can do nothing but delete them. As the owner of the table, in one transaction, after the
-- policies. Can be run again; a former clean-up role loses what it was given.
--
-- Clean-up jobs log in as a member of the role, or assume it.

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
  pg_catalog.set_config('tenant_datasource.ddl_guard', 'off', true);

set local lock_timeout = '5000ms';

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
  set_config('tenant_datasource.shape', '', true),
  set_config('tenant_datasource.application_role', 'authenticated', true),
  set_config('tenant_datasource.role', 'session_cleanup', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), 'expires_at'),
    jsonb_build_array(current_setting('tenant_datasource.table'), 'session_token'))::text, true);

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

-- This moment as SQL text, to be compared with the column that tells when a session expires. No setting of the connection
-- moves it: PostgreSQL 18 takes 'UTC' in AT TIME ZONE for whatever SET timezone = '<UTC>-14' says it is, but an interval is
-- one everywhere. It has the column's own type, so that an index on the column is used.
do $now$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_name constant text := current_setting('tenant_datasource.session_expires_column');
  type_oid oid;
begin
  select atttypid
  into strict type_oid
  from pg_attribute
  where attrelid = sessions
    and attname = column_name;

  while exists (select from pg_type where oid = type_oid and typtype = 'd') loop
    type_oid := (select typbasetype from pg_type where oid = type_oid);
  end loop;

  perform set_config(
    'tenant_datasource.now',
    case type_oid
      when 'timestamptz'::regtype then 'now()'
      when 'timestamp'::regtype then $$(now() at time zone interval '00:00')$$
      when 'int8'::regtype then $$floor(extract(epoch from now()) * 1000)::bigint$$
      else ''
    end,
    true);

  if current_setting('tenant_datasource.now') = '' then
    raise exception 'column % of table % has the type %, which does not tell when a session expires',
      quote_ident(column_name), sessions, format_type(type_oid, null)
      using
        errcode = 'datatype_mismatch',
        hint = 'Use timestamp with time zone, timestamp (taken as UTC) or bigint (milliseconds since 1970), or name '
          'another column.';
  end if;
end
$now$;

do $create_missing_role$
declare
  role_name constant text := current_setting('tenant_datasource.role');
begin
  if not exists (select from pg_roles where rolname = role_name) then
    execute format('create role %I nologin', role_name);
  end if;
exception
  when insufficient_privilege then
    raise exception 'role % is missing, and % may not create it', quote_ident(role_name), quote_ident(current_user)
      using
        errcode = 'insufficient_privilege',
        hint = format('Have it created first: create role %I nologin', role_name);
  -- Roles belong to all databases of the server: another migration may have been faster.
  when duplicate_object or unique_violation then
    null;
end
$create_missing_role$;

-- A role that no policy binds, or that can become somebody who sees more, would delete more than what has expired. And who
-- falls under the application's policies must not fall under these as well, for PostgreSQL joins them by OR.
do $refuse_cleanup_role$
declare
  role_name constant name := current_setting('tenant_datasource.role');
  application_role constant name := current_setting('tenant_datasource.application_role');
  owner constant oid := (
    select relowner from pg_class where oid = current_setting('tenant_datasource.table')::regclass);
  -- Since PostgreSQL 16 who creates a role is a member of it who may neither use nor assume it.
  membership constant text :=
    case when current_setting('server_version_num')::integer < 160000 then 'member' else 'usage, set' end;
  members text;
begin
  if (select rolsuper or rolbypassrls from pg_roles where rolname = role_name)
    or pg_has_role(role_name, owner, membership)
  then
    raise exception 'role % could delete sessions that have not expired, for it is a superuser, has BYPASSRLS, or can '
      'become the owner of table %', quote_ident(role_name), current_setting('tenant_datasource.table')
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Name a role that is none of these; one that is missing is created.';
  end if;

  select string_agg(quote_ident(rolname), ', ' order by rolname)
  into members
  from pg_roles
  where not rolsuper
    and not rolbypassrls
    and pg_has_role(oid, role_name, membership)
    and pg_has_role(oid, application_role, membership);

  if members is not null then
    raise exception 'clean-up role % would show expired sessions of all organizations to roles that can become %: %',
      quote_ident(role_name), quote_ident(application_role), members
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Revoke one of the two roles from them, and have clean-up jobs log in as a user of their own.';
  end if;
end
$refuse_cleanup_role$;

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

-- FOR UPDATE SKIP LOCKED lets several jobs share the work. It asks for the right to UPDATE a column, and for a policy for
-- UPDATE; WITH CHECK (false) lets nothing be changed by that.
--
-- A policy is for all who inherit its role. Who can become the application and is granted the clean-up role later would
-- see foreign rows with all the columns that the application may read, so the rows hide from whoever is such a member. The
-- sub-select is evaluated once a query.
select set_config('tenant_datasource.objects', (
  select jsonb_agg(jsonb_build_object(
    'kind', 'policy',
    'fixed', true,
    'table', current_setting('tenant_datasource.table'),
    'tag', format('cleanup; %s', kind),
    'name', format('user_sessions_cleanup_%s_policy', kind),
    'keeps', case kind when 'select' then '; (granted .*)$' end,
    'create', 'create policy %1$s on %2$s',
    'rest', format(
      ' for %s to %I using (%I < %s and (select not pg_has_role(current_user, %L, %L)))%s',
      command,
      current_setting('tenant_datasource.role'),
      current_setting('tenant_datasource.session_expires_column'),
      current_setting('tenant_datasource.now'),
      current_setting('tenant_datasource.application_role'),
      'member',
      restricted)))
  from (
    values
      ('select', 'select', ''),
      ('delete', 'delete', ''),
      ('lock', 'update', ' with check (false)')
  ) as policies (kind, command, restricted)
)::text, true);

-- What a job needs, and what of that it has not been granted yet: the latter is kept in a comment, for the undo is to take back
-- nothing else. The primary key tells which row it is. Where the token is part of it, or there is none, the row's place does.
do $find_wanted_rights$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  role_name constant text := current_setting('tenant_datasource.role');
  grantee_id constant oid := (select oid from pg_roles where rolname = role_name);
  expires_column constant text := current_setting('tenant_datasource.session_expires_column');
  key_columns text[] := (
    select array_agg(attname order by attname)
    from pg_index
    join pg_attribute on attrelid = indrelid and attnum = any (indkey)
    where indrelid = sessions
      and indisprimary);
  missing jsonb;
begin
  if key_columns is null or current_setting('tenant_datasource.session_token_column') = any (key_columns) then
    key_columns := array['ctid'];
  end if;

  select jsonb_agg(jsonb_build_array(privilege, column_name) order by position, column_name)
  into missing
  from (
    select distinct 1 as position, 'select' as privilege, readable as column_name
    from unnest(expires_column || key_columns) as readable
    union all
    values (2, 'update', expires_column), (3, 'delete', null), (4, 'usage', null)
  ) as wanted
  where case privilege
    when 'usage' then not has_schema_privilege(role_name, (select relnamespace from pg_class where oid = sessions), 'usage')
    when 'delete' then not exists (
      select
      from pg_class, aclexplode(relacl)
      where pg_class.oid = sessions
        and grantee = grantee_id
        and privilege_type = 'DELETE')
    else not exists (
      select
      from pg_attribute, aclexplode(attacl)
      where attrelid = sessions
        and attname = column_name
        and grantee = grantee_id
        and privilege_type = upper(privilege))
  end;

  perform
    set_config('tenant_datasource.cleanup_columns', (expires_column || key_columns)::text, true),
    set_config('tenant_datasource.missing_rights', coalesce(missing, '[]')::text, true),
    set_config('tenant_datasource.note', 'granted ' || coalesce(missing, '[]')::text, true),
    set_config('tenant_datasource.further_change', case when missing is null then '' else 'yes' end, true);
end
$find_wanted_rights$;

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

-- differences: what is to be done so that objects is what there is: an array of {kind, tag, name, fixed, table, create, rest,
-- each_row, call, remember, keeps}. Without table it is about each of the tables of protected. Ours is found by its tag, or,
-- where its name is fixed, by that. A name that is not fixed gives way to one that somebody else has; with a fixed one, taken
-- says so. create, rest, each_row and call are the statement's parts: create and call are for format() with the name, the table
-- and the one function that there is in objects; in each_row, {row} is the table's name alone. Without create, the object is
-- not to be there.
--
-- The comment of ours has a hash of what was asked for, however it is laid out, and of what the catalogue made of it. So neither another version of a
-- script nor a change by somebody else goes unnoticed, and what is right already is left alone. It ends with what the undo has
-- to know: what row security was like, with remember, or what keeps finds in the former one, and note has at first.
do $differences$
begin
  perform pg_catalog.set_config('tenant_datasource.differences', format($text$
    with
    asked as (
      select position, object ->> 'kind' as kind, object ->> 'tag' as tag, object ->> 'name' as name,
        coalesce((object ->> 'fixed')::boolean, false) as fixed,
        coalesce((object ->> 'remember')::boolean, false) as remember,
        object ->> 'keeps' as keeps,
        object ->> 'create' as head, object ->> 'rest' as rest, object ->> 'each_row' as each_row,
        object ->> 'call' as tail,
        pg_class.oid as relation, relname, relnamespace, relrowsecurity, relforcerowsecurity
      from jsonb_array_elements(current_setting('tenant_datasource.objects')::jsonb)
        with ordinality as objects (object, position)
      join pg_class
        on case
          when jsonb_exists(object, 'table') then pg_class.oid = (object ->> 'table')::regclass
          else pg_class.oid = any (current_setting('tenant_datasource.protected')::oid[])
        end
    ),
    present as materialized (
      select *
      from (
        select array_agg(distinct relation) as relations
        from asked
      ) as tables,
      lateral (%1$s) as present
    ),
    named as (
      select
        asked.*,
        case when fixed then asked.name else coalesce(
          (
            select present.name
            from present
            where present.kind = asked.kind
              and present.relation = asked.relation
              and starts_with(present.comment || ';', 'tenant-datasource: ' || tag || ';')
            -- A function whose trigger is gone is nobody's.
            order by present.name <> asked.name
            limit 1
          ),
          (
            select candidate
            from (
              select 0 as n, asked.name as candidate
              union all
              select n, substr(('_' || n || asked.name)::name, length('_' || n) + 1) || '_' || n
              from generate_series(1, 99) as n
            ) as candidates
            where not exists (
              select
              from present
              where present.kind = asked.kind
                and present.relation = asked.relation
                and present.name = candidate)
            order by n
            limit 1
          )) end as chosen
      from asked
    ),
    wanted as (
      select
        named.*,
        format(head, quote_ident(chosen), named.relation::regclass, function_name)
          || coalesce(rest, '')
          || coalesce(replace(each_row, '{row}', quote_ident(relname)), '')
          || coalesce(format(tail, '', '', function_name), '') as create_statement
      from named,
        lateral (
          select (
            select format('%%I.%%I', nspname, functions.chosen)
            from named as functions
            join pg_namespace on pg_namespace.oid = functions.relnamespace
            where functions.kind = 'function'
            limit 1
          ) as function_name
        ) as named_function
    ),
    compared as (
      select
        position, wanted.relation, wanted.kind, tag, create_statement, drop_statement,
        coalesce(ours, false) as is_ours,
        case wanted.kind
          when 'function' then format('function %%s.%%I()', relnamespace::regnamespace, chosen)
          else format('%%s %%I on %%s', wanted.kind, chosen, wanted.relation::regclass)
        end as identity,
        fixed and not ours as taken,
        present.comment,
        relrowsecurity and relforcerowsecurity as is_forced,
        left(encode(sha256(convert_to(
          regexp_replace(create_statement, '\s+', ' ', 'g') || coalesce(rendering, ''), 'UTF8')), 'hex'), 16) as hash,
        case when keeps is not null then
          coalesce(
            substring(present.comment from keeps),
            nullif(current_setting('tenant_datasource.note'), ''))
        when remember then concat_ws('; ',
          case when present.comment like 'tenant-datasource: %%row security was %%'
            then substring(present.comment from '; (beside \{.*\}); (?:views .*; )?row security was [a-z ]+$')
            else (
              select 'beside ' || array_agg(others.name order by others.name)::text
              from present as others
              where others.kind = 'policy'
                and others.relation = wanted.relation
                and not others.ours)
          end,
          nullif(current_setting('tenant_datasource.remembered', true), ''),
          coalesce(
            substring(present.comment from '(row security was [a-z ]+)$'),
            'row security was '
              || case
                when not relrowsecurity and relforcerowsecurity then 'off but forced'
                when not relrowsecurity then 'off'
                when relforcerowsecurity then 'forced'
                else 'on'
              end)) end as note
      from wanted
      left join present
        on present.kind = wanted.kind
        and present.relation = wanted.relation
        and present.name = chosen
    )
    select
      position, kind, identity, is_ours, coalesce(taken, false) as taken, drop_statement, create_statement,
      concat_ws('; ', 'tenant-datasource: ' || tag, '', note) as comment_at_first,
      concat_ws('; ', 'tenant-datasource: ' || tag, hash, note) as comment_in_the_end,
      case
        when kind = 'row security' then not is_forced
        when create_statement is null then is_ours
        else comment is distinct from concat_ws('; ', 'tenant-datasource: ' || tag, hash, note)
      end as differs
    from compared
    order by position, relation
  $text$, pg_catalog.replace(pg_catalog.current_setting('tenant_datasource.present_objects'), '$1', 'relations')), false);
end
$differences$;

-- Whether anything is to be changed, before anything is locked for it. further_change says so of what is not in objects.
do $look$
declare
  taken text;
  change boolean;
begin
  execute format(
    'select string_agg(identity, %L order by identity) from (%s) as difference where taken',
    ', ',
    current_setting('tenant_datasource.differences'))
  into taken;

  if taken is not null then
    raise exception 'somebody else has given the names of those to be created to: %', taken
      using
        errcode = 'duplicate_object',
        hint = 'Drop them, or keep them under another name: alter policy … on … rename to …';
  end if;

  execute format(
    'select exists (select from (%s) as difference where differs)', current_setting('tenant_datasource.differences'))
  into change;

  perform set_config(
    'tenant_datasource.change',
    case
      when change
        or current_setting('tenant_datasource.further_change') <> ''
        or coalesce(nullif(current_setting('tenant_datasource.alter_views', true), ''), '{}') <> '{}'
      then 'yes'
      else ''
    end,
    true);
end
$look$;

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

-- What a job needs, and what of that it has not been granted yet: the latter is kept in a comment, for the undo is to take back
-- nothing else. The primary key tells which row it is. Where the token is part of it, or there is none, the row's place does.
do $find_wanted_rights$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  role_name constant text := current_setting('tenant_datasource.role');
  grantee_id constant oid := (select oid from pg_roles where rolname = role_name);
  expires_column constant text := current_setting('tenant_datasource.session_expires_column');
  key_columns text[] := (
    select array_agg(attname order by attname)
    from pg_index
    join pg_attribute on attrelid = indrelid and attnum = any (indkey)
    where indrelid = sessions
      and indisprimary);
  missing jsonb;
begin
  if key_columns is null or current_setting('tenant_datasource.session_token_column') = any (key_columns) then
    key_columns := array['ctid'];
  end if;

  select jsonb_agg(jsonb_build_array(privilege, column_name) order by position, column_name)
  into missing
  from (
    select distinct 1 as position, 'select' as privilege, readable as column_name
    from unnest(expires_column || key_columns) as readable
    union all
    values (2, 'update', expires_column), (3, 'delete', null), (4, 'usage', null)
  ) as wanted
  where case privilege
    when 'usage' then not has_schema_privilege(role_name, (select relnamespace from pg_class where oid = sessions), 'usage')
    when 'delete' then not exists (
      select
      from pg_class, aclexplode(relacl)
      where pg_class.oid = sessions
        and grantee = grantee_id
        and privilege_type = 'DELETE')
    else not exists (
      select
      from pg_attribute, aclexplode(attacl)
      where attrelid = sessions
        and attname = column_name
        and grantee = grantee_id
        and privilege_type = upper(privilege))
  end;

  perform
    set_config('tenant_datasource.cleanup_columns', (expires_column || key_columns)::text, true),
    set_config('tenant_datasource.missing_rights', coalesce(missing, '[]')::text, true),
    set_config('tenant_datasource.note', 'granted ' || coalesce(missing, '[]')::text, true),
    set_config('tenant_datasource.further_change', case when missing is null then '' else 'yes' end, true);
end
$find_wanted_rights$;

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

do $grant_what_a_job_needs$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  role_name constant text := current_setting('tenant_datasource.role');
  schema_name constant text := (
    select nspname
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = sessions);
  missing record;
begin
  for missing in
    select value ->> 0 as privilege, value ->> 1 as column_name
    from jsonb_array_elements(current_setting('tenant_datasource.missing_rights')::jsonb)
  loop
    if missing.privilege = 'usage' then
      begin
        execute format('grant usage on schema %I to %I', schema_name, role_name);
        if not has_schema_privilege(role_name, schema_name, 'usage') then
          raise insufficient_privilege;
        end if;
      exception
        when insufficient_privilege then
          raise exception 'role % may not use schema %, and % may not grant that',
            quote_ident(role_name), quote_ident(schema_name), quote_ident(current_user)
            using
              errcode = 'insufficient_privilege',
              hint = format('Have it granted first: grant usage on schema %I to %I', schema_name, role_name);
      end;
    elsif missing.column_name is null then
      execute format('grant %s on %s to %I', missing.privilege, sessions, role_name);
    else
      execute format('grant %s (%I) on %s to %I', missing.privilege, missing.column_name, sessions, role_name);
    end if;
  end loop;
end
$grant_what_a_job_needs$;

-- Rights that were there before, or that everybody has, may be more than a job is to have.
do $refuse_further_rights$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  role_name constant name := current_setting('tenant_datasource.role');
  further text;
begin
  select string_agg(privilege, ', ' order by privilege)
  into further
  from (
    select format('select (%I)', attname)
    from pg_attribute
    where attrelid = sessions
      and attnum > 0
      and not attisdropped
      and has_column_privilege(role_name, sessions, attnum, 'select')
      and attname <> all (current_setting('tenant_datasource.cleanup_columns')::name[])
    union all
    select privilege
    from unnest(array['insert', 'update', 'truncate', 'references', 'trigger']) as privilege
    where has_table_privilege(role_name, sessions, privilege)
  ) as held (privilege);

  if further is not null then
    raise exception 'clean-up role % has more rights on table % than it is to have: %',
      quote_ident(role_name), sessions, further
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Revoke them from the role, from those that it is a member of, and from PUBLIC.';
  end if;
end
$refuse_further_rights$;

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
  set_config('search_path', current_setting('tenant_datasource.search_path'), true);
