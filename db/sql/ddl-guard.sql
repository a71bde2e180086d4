-- Event triggers that refuse what would newly show rows that policies hide; with reports=yes they only warn.
--
-- Plain SQL for one transaction of whatever runs it, with the names of the review's schema. Generated; other names:
-- SessionPolicies.sql() and undoSql(), or psql/.

-- === guard/ddl-guard.sql ===

-- Event triggers that refuse what would newly show the role that serves requests rows that the policies of tenant-datasource hide, or
-- report it. As a superuser, in one transaction. Can be run again; no table is locked.

select
  pg_catalog.set_config('tenant_datasource.guard_schema', 'public', true),
  pg_catalog.set_config('tenant_datasource.guard_accepts', '', true),
  pg_catalog.set_config('tenant_datasource.guard_reports', '', true);

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

do $refuse_names_that_mean_nothing$
declare
  unknown text;
begin
  select string_agg(name, ', ' order by name)
  into unknown
  from regexp_split_to_table(current_setting('tenant_datasource.guard_accepts'), '[[:space:]]*;[[:space:]]*') as name
  where name <> ''
    and case when name ~ '[)]$' then to_regprocedure(name)::oid else to_regclass(name)::oid end is null;

  if unknown is not null then
    raise exception 'nothing to accept is called %', unknown
      using
        errcode = 'undefined_object',
        hint = 'Name each with its schema, and functions with the types of their arguments: public.search(text).';
  end if;
end
$refuse_names_that_mean_nothing$;

-- It runs as whoever makes the change, and only reads the catalogue. What was exposed before a command is no fault of that command, so
-- it asks before and after. Commands inside of another one, such as those of an extension's script, are that one's.
do $write_guard$
begin
  perform set_config('tenant_datasource.create_function', format(
    'create function %I.tenant_datasource_ddl_guard() returns event_trigger language plpgsql set search_path = pg_catalog, pg_temp '
      'set tenant_datasource.accepted_by_guard = %L set tenant_datasource.guard_reports = %L as ',
    current_setting('tenant_datasource.guard_schema'),
    current_setting('tenant_datasource.guard_accepts'),
    current_setting('tenant_datasource.guard_reports')) || $create_function$$guard$
declare
  level integer := coalesce(nullif(current_setting('tenant_datasource.guard_level', true), ''), '0');
  known text[] := coalesce(nullif(current_setting('tenant_datasource.guard_known', true), ''), '{}');
  is_start constant boolean := tg_event = 'ddl_command_start';
  -- ALTER TABLE … DETACH PARTITION … CONCURRENTLY commits in between: what was known before is lost, and it is too late to refuse.
  is_too_late constant boolean := not is_start and level = 0;
  altered text;
  identities text[];
  openings text;
  advice text;
begin
  if current_setting('tenant_datasource.ddl_guard', true) = 'off' then
    return;
  end if;

  level := greatest(level + case when is_start then 1 else -1 end, 0);
  perform set_config('tenant_datasource.guard_level', level::text, true);

  -- By an ALTER POLICY, ours may come to say anything, and keep its mark.
  if not is_start then
    select string_agg(format('%I on %s (policy-that-was-altered)', polname, polrelid::regclass), ', ' order by polname, polrelid)
    into altered
    from pg_event_trigger_ddl_commands() as command
    join pg_policy as policy
      on command.classid = 'pg_policy'::regclass
      and policy.oid = command.objid
    where command.command_tag = 'ALTER POLICY'
      and starts_with(obj_description(policy.oid, 'pg_policy'), 'tenant-datasource: ');
  end if;

  if level = is_start::integer then
    with recursive
  -- Of whom and with what exposed.sql asks in scripts: the roles that our policies are for, and whoever may become one of them.
  -- Since PostgreSQL 16 who creates a role is a member of it that neither inherits its rights nor may assume it.
  serving_role (role_id) as materialized (
    select distinct granted.role_id
    from pg_catalog.pg_policy as policy
    join pg_catalog.pg_description as description
      on description.objoid = policy.oid
      and description.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass
    cross join lateral pg_catalog.unnest(policy.polroles) as granted (role_id)
    where description.description ~ '^tenant-datasource: (table|through users|own column); '
  ),

  reader (reader_id) as materialized (
    select role.oid
    from pg_catalog.pg_roles as role
    where not role.rolsuper
      and not role.rolbypassrls
      and exists (
        select
        from serving_role
        where case
          when role_id = 0 then true
          else pg_catalog.pg_has_role(
            role.oid,
            role_id,
            case when pg_catalog.current_setting('server_version_num')::integer >= 160000 then 'usage, set' else 'member' end)
        end)
  ),

  -- What may show what it shows: names with their schemas, separated by semicolons, in tenant_datasource.accept, which is the user's,
  -- and in accepted_by_guard. They are compared by what they mean now: a name that means nothing accepts nothing.
  accepted (class_id, object_id) as materialized (
    select
      case when name ~ '[)]$'
        then 'pg_catalog.pg_proc'::pg_catalog.regclass
        else 'pg_catalog.pg_class'::pg_catalog.regclass
      end,
      case when name ~ '[)]$'
        then pg_catalog.to_regprocedure(name)::oid
        else pg_catalog.to_regclass(name)::oid
      end
    from pg_catalog.regexp_split_to_table(
      pg_catalog.concat_ws(
        ';',
        pg_catalog.current_setting('tenant_datasource.accept', true),
        pg_catalog.current_setting('tenant_datasource.accepted_by_guard', true)),
      '[[:space:]]*;[[:space:]]*') as name
    where name <> ''
  ),

  named_column (name) as (
    select null::name
    where false
  ),

  -- What shows a reader rows that our policies hide: exposed (rule, class_id, object_id, policy_id, object, mend). Comes in a WITH
  -- RECURSIVE after reader (reader_id), whom it must not be shown to; accepted (class_id, object_id), what may show it; and
  -- named_column (name), what the column of an organization is called besides the ones that our policies compare.
  --
  -- Ours by the marks of their comments. A look-up, log-in, clean-up or maintenance policy alone protects no table.
  our_policy (policy_id, relation_id, is_for_tenants) as materialized (
    select
      policy.oid,
      policy.polrelid,
      description.description ~ '^tenant-datasource: (table|through users|own column); '
    from pg_catalog.pg_policy as policy
    join pg_catalog.pg_description as description
      on description.objoid = policy.oid
      and description.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass
    where pg_catalog.starts_with(description.description, 'tenant-datasource: ')
  ),

  guarded (relation_id) as materialized (
    select distinct relation_id
    from our_policy
    where is_for_tenants
  ),

  -- A partition or child that is read by its own name asks its own policies only.
  hidden (relation_id) as (
    select relation_id from guarded
    union
    select inherits.inhrelid
    from hidden
    join pg_catalog.pg_inherits as inherits on inherits.inhparent = hidden.relation_id
  ),

  open_table (relation_id) as (
    select relation_id
    from hidden
    join pg_catalog.pg_class on oid = relation_id
    where not relrowsecurity
  ),

  kept_policy (policy_id) as (
    select policy_id from our_policy
  ),

  -- Which views show rows of hidden (relation_id) beyond the policies, and why: shown (relation_id, description). The policies of
  -- kept_policy (policy_id) show nobody more than they should; of open_table (relation_id) every view shows all rows.
  --
  -- A view reads with its owner's rights, so one whose owner no policy binds shows everybody all rows; one with security_invoker
  -- reads with those of whoever runs the query, also where another view reads it (CREATE VIEW, "Notes"). A materialized view is a
  -- copy, for which there are no policies. A rule other than a view's own acts with its owner's rights always (chapter "Rules and
  -- Privileges").
  reads (rule_id, rule_name, is_select, relation_id, kind, owner_id, is_invoker, read_id) as materialized (
    select distinct
      rewrite.oid, rewrite.rulename, rewrite.ev_type = '1', rewrite.ev_class, class.relkind, class.relowner,
      class.relkind = 'v' and rewrite.ev_type = '1' and exists (
        select
        from pg_catalog.pg_options_to_table(class.reloptions)
        where option_name = 'security_invoker'
          and option_value::boolean),
      depend.refobjid
    from pg_catalog.pg_depend as depend
    join pg_catalog.pg_rewrite as rewrite on rewrite.oid = depend.objid
    join pg_catalog.pg_class as class on class.oid = rewrite.ev_class
    where depend.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
      and depend.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and depend.refobjid <> rewrite.ev_class
  ),

  copies (relation_id) as (
    select relation_id from hidden
    union
    select reads.relation_id
    from copies
    join reads on reads.read_id = copies.relation_id
    where reads.is_select
  ),

  exposing (relation_id, description) as (
    select
      reads.relation_id,
      case when reads.is_select
        then pg_catalog.format(
          'view %s of %s', reads.relation_id::pg_catalog.regclass, reads.owner_id::pg_catalog.regrole)
        else pg_catalog.format(
          'rule %I on %s of %s',
          reads.rule_name, reads.relation_id::pg_catalog.regclass, reads.owner_id::pg_catalog.regrole)
      end
    from reads
    join hidden on hidden.relation_id = reads.read_id
    join pg_catalog.pg_roles as view_owner on view_owner.oid = reads.owner_id
    where reads.kind <> 'm'
      and not reads.is_invoker
      and (
        view_owner.rolsuper
        or view_owner.rolbypassrls
        or reads.read_id in (select relation_id from open_table)
        or exists (
          select
          from pg_catalog.pg_policy as policy
          cross join lateral pg_catalog.unnest(policy.polroles) as granted (role_id)
          where policy.polrelid = reads.read_id
            and policy.polpermissive
            and policy.oid not in (select policy_id from kept_policy)
            and (granted.role_id = 0 or pg_catalog.pg_has_role(reads.owner_id, granted.role_id, 'usage'))))
    union
    select class.oid, pg_catalog.format('materialized view %s', class.oid::pg_catalog.regclass)
    from copies
    join pg_catalog.pg_class as class on class.oid = copies.relation_id
    where class.relkind = 'm'
  ),

  -- A view that reads another one reads it with its owner's rights as well.
  shown (relation_id, description) as (
    select relation_id, description
    from exposing
    union
    select reads.relation_id, shown.description
    from shown
    join reads on reads.read_id = shown.relation_id
    where reads.is_select
      and not reads.is_invoker
  ),

  -- What our policies compare: a column of that name and type elsewhere says whose a row is as well. A table's own key does not.
  compared_column (name, type_id) as (
    select distinct attribute.attname, attribute.atttypid
    from our_policy
    join pg_catalog.pg_policy as policy on policy.oid = our_policy.policy_id
    -- By its first index, whatever statistics say of a catalogue that has just grown.
    cross join lateral (
      select depend.refobjid, depend.refobjsubid
      from pg_catalog.pg_depend as depend
      where depend.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
        and depend.objid = policy.oid
        and depend.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      offset 0
    ) as used
    join pg_catalog.pg_attribute as attribute
      on attribute.attrelid = used.refobjid
      and attribute.attnum = used.refobjsubid
    where our_policy.is_for_tenants
      and used.refobjid = policy.polrelid
      and policy.polpermissive
      and policy.polcmd in ('r', '*')
      and not exists (
        select
        from pg_catalog.pg_index as key
        where key.indrelid = policy.polrelid
          and key.indisprimary
          and key.indnkeyatts = 1
          and key.indkey[0] = attribute.attnum)
    union
    select named_column.name, null
    from named_column
  ),

  -- A look-up may be there before the table is protected: it is for the owner, and keeps nobody apart.
  protecting (relation_id) as (
    select polrelid
    from pg_catalog.pg_policy
    where (pg_catalog.obj_description(oid, 'pg_policy') ~ '^tenant-datasource: lookup_') is not true
  ),

  -- No policy binds them: what runs as they shows everything. Since row security is forced, an owner of the tables is bound.
  unbound_owner (role_id) as (
    select oid
    from pg_catalog.pg_roles
    where rolsuper
      or rolbypassrls
  ),

  candidate (rule, class_id, object_id, policy_id, policy_name, mend) as (
    select
      'partition-without-row-security',
      'pg_catalog.pg_class'::pg_catalog.regclass,
      hidden.relation_id,
      null::oid,
      null::name,
      null::text
    from hidden
    join pg_catalog.pg_class as class on class.oid = hidden.relation_id
    where not class.relrowsecurity
      and class.oid not in (select relation_id from guarded)

    union all
    select
      'policy-without-row-security',
      'pg_catalog.pg_class'::pg_catalog.regclass,
      class.oid,
      null,
      null,
      'alter table {} enable row level security, force row level security;'
    from pg_catalog.pg_class as class
    where not class.relrowsecurity
      and class.oid in (select relation_id from protecting)

    union all
    select
      'row-security-not-forced',
      'pg_catalog.pg_class'::pg_catalog.regclass,
      class.oid,
      null,
      null,
      'alter table {} force row level security;'
    from guarded
    join pg_catalog.pg_class as class on class.oid = guarded.relation_id
    where class.relrowsecurity
      and not class.relforcerowsecurity

    -- Permissive policies are joined by OR.
    union all
    select
      'policy-that-widens',
      'pg_catalog.pg_class'::pg_catalog.regclass,
      policy.polrelid,
      policy.oid,
      policy.polname,
      null
    from hidden
    join pg_catalog.pg_policy as policy on policy.polrelid = hidden.relation_id
    where policy.polpermissive
      and policy.oid not in (select policy_id from our_policy)
      and exists (
        select
        from reader
        cross join lateral pg_catalog.unnest(policy.polroles) as granted (role_id)
        where granted.role_id = 0
          or pg_catalog.pg_has_role(reader.reader_id, granted.role_id, 'member'))

    union all
    select distinct
      case when class.relkind = 'm' then 'materialized-view-of-hidden-rows' else 'view-that-shows-hidden-rows' end,
      'pg_catalog.pg_class'::pg_catalog.regclass,
      class.oid,
      null::oid,
      null::name,
      case when class.relkind = 'v' then 'alter view {} set (security_invoker = true);' end
    from shown
    join pg_catalog.pg_class as class on class.oid = shown.relation_id

    -- As a trigger it shows its caller no more than the caller's own row.
    union all
    select
      'definer-function-that-is-not-bound',
      'pg_catalog.pg_proc'::pg_catalog.regclass,
      routine.oid,
      null,
      null,
      null
    from pg_catalog.pg_proc as routine
    where routine.prosecdef
      and routine.proowner in (select role_id from unbound_owner)
      and routine.prorettype not in ('trigger'::pg_catalog.regtype, 'event_trigger'::pg_catalog.regtype)
      and exists (select from guarded)
      and (pg_catalog.obj_description(routine.oid, 'pg_proc') ~ '^tenant-datasource: ') is not true

    union all
    select distinct
      -- A key to a protected table may have the name and type of a column that policies compare, for that one leads there, too.
      case when key.conrelid is null
        then 'organization-column-without-row-security'
        else 'foreign-key-without-row-security'
      end,
      'pg_catalog.pg_class'::pg_catalog.regclass,
      class.oid,
      null::oid,
      null::name,
      null::text
    from pg_catalog.pg_class as class
    left join (
      pg_catalog.pg_attribute as attribute
      join compared_column
        on compared_column.name = attribute.attname
        and coalesce(compared_column.type_id, attribute.atttypid) = attribute.atttypid)
      on attribute.attrelid = class.oid
      and (
        compared_column.type_id is null
        or class.relnamespace in (
          select relnamespace
          from guarded
          join pg_catalog.pg_class on oid = relation_id))
      and attribute.attnum > 0
      and not attribute.attisdropped
    left join (
      select distinct conrelid
      from pg_catalog.pg_constraint
      where contype = 'f'
        and confrelid in (select relation_id from guarded)
    ) as key on key.conrelid = class.oid
    where class.relkind in ('r', 'p', 'f')
      and not class.relrowsecurity
      and class.oid not in (select relation_id from hidden)
      and (
        compared_column.name is not null
        or key.conrelid is not null)
  ),

  -- Of those, what a reader may use, and nobody has accepted. Temporary tables are the session's own, and what belongs to an
  -- extension is the extension's.
  exposed (rule, class_id, object_id, policy_id, object, mend) as (
    select
      candidate.rule,
      candidate.class_id,
      candidate.object_id,
      candidate.policy_id,
      pg_catalog.concat(pg_catalog.quote_ident(candidate.policy_name) || ' on ', named.object),
      pg_catalog.replace(candidate.mend, '{}', named.object)
    from candidate
    left join pg_catalog.pg_class as class
      on candidate.class_id = 'pg_catalog.pg_class'::pg_catalog.regclass
      and class.oid = candidate.object_id
    left join pg_catalog.pg_proc as routine
      on candidate.class_id = 'pg_catalog.pg_proc'::pg_catalog.regclass
      and routine.oid = candidate.object_id
    join pg_catalog.pg_namespace as namespace on namespace.oid = coalesce(class.relnamespace, routine.pronamespace)
    cross join lateral (
      select pg_catalog.concat(
        pg_catalog.format('%I.%I', namespace.nspname, coalesce(class.relname, routine.proname)),
        case when routine.oid is not null then '(' || (
          select coalesce(pg_catalog.string_agg(pg_catalog.format_type(type_id, null), ', ' order by position), '')
          from pg_catalog.unnest(routine.proargtypes::oid[]) with ordinality as argument (type_id, position)
        ) || ')' end) as object
    ) as named
    where namespace.nspname !~ '^pg_'
      and namespace.nspname <> 'information_schema'
      and not exists (
        select
        from pg_catalog.pg_depend as depend
        where depend.classid = candidate.class_id
          and depend.objid = candidate.object_id
          and depend.deptype = 'e')
      -- What is protected cannot be accepted: mend it, or undo the policies.
      and (
        class.oid in (select relation_id from hidden)
        or not exists (
          select
          from accepted
          where accepted.class_id = candidate.class_id
            and accepted.object_id = candidate.object_id))
      and exists (
        select
        from reader
        where pg_catalog.has_schema_privilege(reader.reader_id, namespace.oid, 'usage')
          and case
            when class.oid is not null then
              pg_catalog.has_any_column_privilege(reader.reader_id, class.oid, 'select, insert, update')
              or pg_catalog.has_table_privilege(reader.reader_id, class.oid, 'delete')
            else pg_catalog.has_function_privilege(reader.reader_id, routine.oid, 'execute')
          end)
  )

  -- All that is exposed, by what it is, and in words what is not among known.
  select
    array_agg(identity),
    string_agg(format('%s (%s)', object, rule), ', ' order by object) filter (where identity <> all (known)),
    concat_ws(
      ' ',
      'Run: ' || string_agg(mend, ' ' order by object) filter (where identity <> all (known)),
      string_agg(
        distinct case rule
          when 'partition-without-row-security' then
            'Apply the policies of the whole table again, which protects the partition too, or revoke the rights on the partition.'
          when 'materialized-view-of-hidden-rows' then
            'A materialized view is a copy, for which there are no policies: revoke the rights of who serves requests.'
          when 'definer-function-that-is-not-bound' then
            'What a function with SECURITY DEFINER reads cannot be told: revoke execute on it from public and from who serves '
            'requests, give it to an owner whom policies bind, or accept it.'
          when 'policy-that-widens' then
            'Drop the policy, make it restrictive, or grant it to a role that nobody who serves requests is a member of.'
          when 'foreign-key-without-row-security' then
            'Protect the table before it is granted to who serves requests, or accept it.'
          when 'organization-column-without-row-security' then
            'Protect the table before it is granted to who serves requests, or accept it.'
        end,
        ' ') filter (where identity <> all (known)),
      max(case
        when rule in (
          'view-that-shows-hidden-rows', 'materialized-view-of-hidden-rows', 'definer-function-that-is-not-bound',
          'foreign-key-without-row-security', 'organization-column-without-row-security')
        then 'To accept what is meant to be shown: set tenant_datasource.accept = ''schema.name; schema.function(type)''.'
      end) filter (where identity <> all (known)))
  into identities, openings, advice
  from exposed
  cross join lateral (select concat_ws(' ', rule, class_id::oid, object_id, policy_id)) as identified (identity)
  -- Somebody who writes policies of their own comes to that.
  where rule <> 'policy-without-row-security'
    or object_id in (select relation_id from guarded);
  end if;

  if is_start then
    if level = 1 then
      perform set_config('tenant_datasource.guard_known', coalesce(identities, '{}')::text, true);
    end if;
    return;
  end if;

  openings := nullif(concat_ws(', ', openings, altered), '');
  advice := concat_ws(
    ' ',
    advice,
    case when altered is not null then 'Leave the policies of tenant-datasource as they are, or apply them again.' end,
    'To make several changes before this is asked: set local tenant_datasource.ddl_guard = off, and run require-protected after them.');
  if openings is null then
    return;
  end if;
  if is_too_late or current_setting('tenant_datasource.guard_reports') = 'yes' then
    raise warning 'rows that policies hide would be shown, after %, by %', tg_tag, openings
      using hint = advice;
    return;
  end if;
  raise exception 'rows that policies hide would be shown, after %, by %', tg_tag, openings
    using
      errcode = 'object_not_in_prerequisite_state',
      hint = advice;
end
$guard$$create_function$, true);
end
$write_guard$;

-- What is ours, by its mark.
do $drop_guard$
declare
  dropped text;
begin
  for dropped in
    select format('event trigger %I', evtname)
    from pg_event_trigger
    where obj_description(oid, 'pg_event_trigger') = 'tenant-datasource: ddl guard'
    union all
    select format('function %s', oid::regprocedure)
    from pg_proc
    where obj_description(oid, 'pg_proc') = 'tenant-datasource: ddl guard'
    order by 1
  loop
    execute 'drop ' || dropped;
  end loop;
end
$drop_guard$;

do $create_guard$
declare
  function_name constant text := format(
    '%I.tenant_datasource_ddl_guard()', current_setting('tenant_datasource.guard_schema'));
  tags constant text[] := array[
    'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE', 'CREATE FOREIGN TABLE', 'ALTER FOREIGN TABLE',
    'IMPORT FOREIGN SCHEMA', 'CREATE SCHEMA', 'CREATE EXTENSION', 'ALTER EXTENSION', 'CREATE VIEW', 'ALTER VIEW',
    'CREATE MATERIALIZED VIEW', 'ALTER MATERIALIZED VIEW', 'CREATE RULE', 'CREATE FUNCTION', 'ALTER FUNCTION', 'CREATE PROCEDURE',
    'ALTER PROCEDURE', 'ALTER ROUTINE', 'CREATE POLICY', 'ALTER POLICY', 'GRANT'];
  moment text;
  taken text;
begin
  select string_agg(name, ', ')
  into taken
  from (
    select function_name where to_regprocedure(function_name) is not null
    union all
    select 'event trigger ' || evtname
    from pg_event_trigger
    where evtname in ('tenant_datasource_ddl_guard_start', 'tenant_datasource_ddl_guard_end')
  ) as present (name);

  if taken is not null then
    raise exception 'somebody else has given the names of those to be created to: %', taken
      using
        errcode = 'duplicate_object',
        hint = 'Drop them, or keep them under another name.';
  end if;

  execute current_setting('tenant_datasource.create_function');
  execute format('comment on function %s is %L', function_name, 'tenant-datasource: ddl guard');

  foreach moment in array array['start', 'end'] loop
    execute format(
      'create event trigger tenant_datasource_ddl_guard_%s on ddl_command_%1$s when tag in (%s) execute function %s',
      moment, (select string_agg(quote_literal(tag), ', ') from unnest(tags) as tag), function_name);
    execute format(
      'comment on event trigger tenant_datasource_ddl_guard_%s is %L', moment, 'tenant-datasource: ddl guard');
  end loop;
exception
  when insufficient_privilege then
    raise exception '% may not create an event trigger: %', quote_ident(current_user), sqlerrm
      using
        errcode = 'insufficient_privilege',
        hint = 'Have a superuser run this once. Or run require-protected after each migration, which needs no right of its own: '
          'Flyway and Liquibase do that by themselves.';
end
$create_guard$;

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
