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
  pg_catalog.set_config(
    'tenant_datasource.parent', pg_catalog.current_setting('tenant_datasource.users'), false),
  pg_catalog.set_config('tenant_datasource.parent_alias', 'tenant_datasource_user', false),
  pg_catalog.set_config('tenant_datasource.key', array[array['user_id', 'id']]::text, false),
  pg_catalog.set_config('tenant_datasource.compared_columns', pg_catalog.jsonb_build_array(
    pg_catalog.jsonb_build_array(pg_catalog.current_setting('tenant_datasource.table'), 'user_id'),
    pg_catalog.jsonb_build_array(pg_catalog.current_setting('tenant_datasource.users'), 'id'))::text, false);
--;

-- What the columns that policies compare are, for tenant-values.sql and same-key.sql: compared_columns holds pairs of a table
-- and a column, a missing column is none. Leaves in column_facts an object of tables, of columns, of
--   number, declared: its attnum, and its type as it was declared;

--   type: the type below its domains;

--   operand: the type that the default operators for it take, such as text for varchar, and family, what these belong to;

--   collation: as SQL text, where it has one;

--   lowest: the lowest value of its type as text, where one is known;

--   scalar: whether it is one value, and no array, row or range.
-- A column that is still to be made is what the one is from which it is filled; columns_to_come has it, by table and column.
do $compared_columns$
declare
  compared constant jsonb := pg_catalog.current_setting('tenant_datasource.compared_columns');
  to_come constant jsonb := coalesce(
    nullif(pg_catalog.current_setting('tenant_datasource.columns_to_come', true), ''), '{}');
  folding record;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  -- A collation that is not deterministic takes different texts for one, such as ACME and acme: one organization would see
  -- the rows of the other. By any other collation only what is the same, byte by byte, is equal.
  for folding in
    select attrelid::regclass as relation, attname, attcollation::regcollation as collation
    from jsonb_array_elements(compared) with ordinality as pair (names, i)
    join pg_attribute on attrelid = to_regclass(names ->> 0) and attname = names ->> 1 and attnum > 0
    join pg_collation on pg_collation.oid = attcollation
    where not collisdeterministic
    order by i
  loop
    raise exception 'column % of table % has collation %, which is not deterministic: it takes different values for one',
      quote_ident(folding.attname), folding.relation, folding.collation
      using
        errcode = 'collation_mismatch',
        hint = format(
          'Give it one that is deterministic: alter table %1$s alter column %2$I type … collate "C". Searches that ignore '
            'case can name the other collation themselves.',
          folding.relation,
          folding.attname);
  end loop;

  perform set_config(
    'tenant_datasource.column_facts',
    (
      with recursive base (relation, attribute, number, declared, collation_id, type_id) as (
        select distinct
          names ->> 0, names ->> 1, case when names = present then attnum end, format_type(atttypid, atttypmod), attcollation,
          atttypid
        from jsonb_array_elements(compared) as pair (names)
        cross join lateral (select coalesce(to_come -> (names ->> 0) -> (names ->> 1), names)) as source (present)
        join pg_attribute on attrelid = to_regclass(present ->> 0) and attname = present ->> 1 and attnum > 0
        union all
        select relation, attribute, number, declared, collation_id, typbasetype
        from base
        join pg_type on oid = type_id
        where typtype = 'd'
      ),
      facts as (
        select
          relation,
          attribute,
          jsonb_build_object(
            'number', number,
            'declared', declared,
            'type', type_id::text,
            'operand', operand_id::text,
            'family', opcfamily::text,
            'collation', (
              select format('%I.%I', nspname, collname)
              from pg_collation
              join pg_namespace on pg_namespace.oid = collnamespace
              where pg_collation.oid = collation_id),
            'scalar', typtype = 'e' or typtype = 'b' and typcategory <> 'A',
            'lowest', case
              when type_id = 'uuid'::regtype then '00000000-0000-0000-0000-000000000000'
              when type_id = 'int2'::regtype then '-32768'
              when type_id = 'int4'::regtype then '-2147483648'
              when type_id = 'int8'::regtype then '-9223372036854775808'
              when type_id = any (array['numeric', 'float4', 'float8', 'date', 'timestamp', 'timestamptz']::regtype[])
                then '-infinity'
              when typcategory = 'S' or type_id = 'bytea'::regtype then ''
            end) as of_column
        from base
        join pg_type on pg_type.oid = type_id
        -- The operators of a type that has none of its own are those of one that it is without a change, a preferred one
        -- first ("Operator Type Resolution"); those of all enumerations are the same.
        cross join lateral (
          select
            case when typtype = 'e' then 'anyenum'::regtype
            else coalesce(
              (
                select opcintype
                from pg_opclass
                join pg_am on pg_am.oid = opcmethod
                where amname = 'btree'
                  and opcdefault
                  and opcintype = type_id
              ),
              (
                select casttarget
                from pg_cast
                join pg_opclass on opcintype = casttarget
                join pg_am on pg_am.oid = opcmethod
                join pg_type as target on target.oid = casttarget
                where amname = 'btree'
                  and opcdefault
                  and castsource = type_id
                  and castmethod = 'b'
                  and castcontext = 'i'
                order by target.typispreferred desc, casttarget
                limit 1
              ))
            end
        ) as operators (operand_id)
        left join (pg_opclass join pg_am on pg_am.oid = opcmethod and amname = 'btree')
          on opcintype = operand_id and opcdefault
        where typtype <> 'd'
      )
      select coalesce(jsonb_object_agg(relation, of_columns), '{}')
      from (
        select relation, jsonb_object_agg(attribute, of_column)
        from facts
        group by relation
      ) as tables (relation, of_columns)
    )::text,
    false);
end
$compared_columns$;
--;

-- Which row of the parent another row names, as SQL text: by the operator of the foreign key, or without one, by that of
-- the unique index. As PostgreSQL does it where it checks a foreign key (ri_triggers.c), an operand is cast to the operator's
-- type if it has another one, and to that alone: with a length, a cast could cut a key off, and "character" is a
-- character(1).
--
-- key holds pairs of a column of table and one of parent; parent_alias is what the policies call the parent. Where parent
-- is empty there is nothing to do. Leaves in
--   same_key: the comparison, where {row} is the row of table;

--   key_lists: for each column the parts of a comparison with a list of parents;

--   key_gate: a condition that an index on table can be asked with. It holds for each row that names a parent, but for none
--     where {formed} is false; empty, if no column of the key has a type with a lowest value.
do $same_key$
declare
  child constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'));
  parent constant regclass := pg_catalog.to_regclass(
    nullif(pg_catalog.current_setting('tenant_datasource.parent'), ''));
  facts constant jsonb := pg_catalog.current_setting('tenant_datasource.column_facts');
  key text[];
  unique_index oid;
  child_facts jsonb;
  parent_facts jsonb;
  operators oid[];
  equality record;
  child_operand text;
  parent_operand text;
  same_key text[] := '{}';
  key_lists jsonb := '[]';
  key_gate text := '';
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  if parent is null then
    return;
  end if;
  key := current_setting('tenant_datasource.key');

  -- With a key that is not unique, a row would belong to each organization that has a parent of that key. One that is
  -- checked only at the end of a transaction is not, before that, and no foreign key may refer to it either.
  select indexrelid
  into unique_index
  from pg_index
  where indrelid = parent
    and indisunique
    and indimmediate
    and indisvalid
    and indpred is null
    and (
      select bool_and(attname is not null and attname = any (key[:][2:2]))
      from generate_series(0, indnkeyatts - 1) as i
      left join pg_attribute on attrelid = indrelid and attnum = indkey[i] and attnum > 0)
  order by indisprimary desc, indexrelid
  limit 1;

  if unique_index is null then
    raise exception 'there is no unique index on columns of table % among: %', parent,
      (select string_agg(quote_ident(key[i][2]), ', ' order by i) from generate_subscripts(key, 1) as i)
      using
        errcode = 'invalid_foreign_key',
        hint = 'Name a key of the parent, or make these columns one: create unique index concurrently …';
  end if;

  for i in 1..array_length(key, 1) loop
    child_facts := facts -> current_setting('tenant_datasource.table') -> key[i][1];
    parent_facts := facts -> current_setting('tenant_datasource.parent') -> key[i][2];

    if not ((child_facts -> 'scalar')::boolean and (parent_facts -> 'scalar')::boolean) then
      raise exception 'column % of table %, a key of type %, is more than one value',
        quote_ident(key[i][2]), parent, parent_facts ->> 'declared'
        using
          errcode = 'datatype_mismatch',
          hint = 'Policies compare keys of one value each. Name another key of the parent, or give the table a column with '
            'its organization.';
    end if;

    select array_agg(distinct conpfeqop[position])
    into operators
    from pg_constraint, generate_subscripts(conkey, 1) as position
    where contype = 'f'
      and conrelid = child
      and confrelid = parent
      and conkey[position] = (child_facts ->> 'number')::smallint
      and confkey[position] = (parent_facts ->> 'number')::smallint;

    if cardinality(operators) > 1 then
      raise exception 'foreign keys of column % of table % compare it in several ways: %',
        quote_ident(key[i][1]), child, (select string_agg(operator::regoperator::text, ', ') from unnest(operators) as operator)
        using
          errcode = 'ambiguous_column',
          hint = 'Drop all but one of them.';
    end if;

    -- Without a foreign key no cast is made up: only operators that compare the types as they are, by the index.
    if operators is null then
      select array_agg(amopopr)
      into operators
      from pg_index
      cross join generate_series(0, indnkeyatts - 1) as position
      join pg_opclass on pg_opclass.oid = indclass[position]
      join pg_amop on amopfamily = opcfamily and amopstrategy = 3
      where indexrelid = unique_index
        and indkey[position] = (parent_facts ->> 'number')::smallint
        and amoplefttype = (parent_facts ->> 'operand')::oid
        and amoprighttype = (child_facts ->> 'operand')::oid
        and (
          amoplefttype <> 'anyenum'::regtype
          or parent_facts ->> 'type' = child_facts ->> 'type');

      -- A column that is not part of the index is compared all the same, by the default operators.
      if operators is null then
        select array_agg(amopopr)
        into operators
        from pg_amop
        where amopfamily = (parent_facts ->> 'family')::oid
          and amopstrategy = 3
          and amoplefttype = (parent_facts ->> 'operand')::oid
          and amoprighttype = (child_facts ->> 'operand')::oid
          and (
            amoplefttype <> 'anyenum'::regtype
            or parent_facts ->> 'type' = child_facts ->> 'type');
      end if;
    end if;

    if operators is null then
      raise exception 'column % of table % has the type %, which cannot be compared with % of column % of table %',
        quote_ident(key[i][1]), child, child_facts ->> 'declared',
        parent_facts ->> 'declared', quote_ident(key[i][2]), parent
        using
          errcode = 'datatype_mismatch',
          hint = 'Give both the same type, or where PostgreSQL takes one, add a foreign key: then its comparison counts.';
    end if;

    select
      format('operator(%I.%s)', nspname, oprname) as called,
      (
        select format('operator(%I.%s)', commutator_schema.nspname, commutator.oprname)
        from pg_operator as commutator
        join pg_namespace as commutator_schema on commutator_schema.oid = commutator.oprnamespace
        where commutator.oid = pg_operator.oprcom
      ) as commutated,
      case when parent_facts ->> 'type' <> oprleft::text and not left_is_any
        then (
          select format('::%I.%I', type_schema.nspname, typname)
          from pg_type
          join pg_namespace as type_schema on type_schema.oid = typnamespace
          where pg_type.oid = oprleft)
        else ''
      end as parent_cast,
      case when child_facts ->> 'type' <> oprright::text and not right_is_any
        then (
          select format('::%I.%I', type_schema.nspname, typname)
          from pg_type
          join pg_namespace as type_schema on type_schema.oid = typnamespace
          where pg_type.oid = oprright)
        else ''
      end as child_cast,
      (
        select format('%I.%I', type_schema.nspname, typname)
        from pg_type
        join pg_namespace as type_schema on type_schema.oid = typnamespace
        where pg_type.oid = case when left_is_any then (parent_facts ->> 'type')::oid else oprleft end
      ) as list_type,
      (select provolatile = 'i' from pg_proc where oid = oprcode)
        and not exists (
          select
          from pg_cast
          join pg_proc on pg_proc.oid = castfunc
          where castsource = (child_facts ->> 'type')::oid
            and casttarget = oprright
            and provolatile <> 'i') as is_immutable
    into strict equality
    from pg_operator
    join pg_namespace on pg_namespace.oid = oprnamespace
    cross join lateral (
      select
        (select typtype = 'p' from pg_type where oid = oprleft),
        (select typtype = 'p' from pg_type where oid = oprright)
    ) as polymorphic (left_is_any, right_is_any)
    where pg_operator.oid = operators[1];

    if not equality.is_immutable then
      raise exception 'whether column % of table %, a %, equals column % of table %, a %, depends on settings of who asks',
        quote_ident(key[i][1]), child, child_facts ->> 'declared',
        quote_ident(key[i][2]), parent, parent_facts ->> 'declared'
        using
          errcode = 'datatype_mismatch',
          hint = 'Give both the same type: a time zone, say, would decide whose a row is.';
    end if;

    parent_operand := format('%s.%I%s', current_setting('tenant_datasource.parent_alias'), key[i][2], equality.parent_cast);
    child_operand := format('{row}.%I%s', key[i][1], equality.child_cast);

    -- Named, where the two have different collations, as PostgreSQL would know neither which one to use, nor that an index
    -- serves. Equal is the same by any of them.
    same_key := same_key || format(
      '%s %s %s%s',
      parent_operand,
      equality.called,
      child_operand,
      case when parent_facts ->> 'collation' is distinct from child_facts ->> 'collation'
        then ' collate ' || (parent_facts ->> 'collation')
        else ''
      end);

    key_lists := key_lists || jsonb_build_object(
      'child', child_operand,
      'any', equality.commutated,
      'parent', parent_operand,
      'type', equality.list_type,
      'collate', case when parent_facts ->> 'collation' is distinct from child_facts ->> 'collation'
        then coalesce(' collate ' || coalesce(child_facts ->> 'collation', parent_facts ->> 'collation'), '')
        else ''
      end);

    if key_gate = '' and child_facts ->> 'lowest' is not null then
      key_gate := (
        select format(
          '{row}.%I operator(%I.%s) (select case when {formed} then %L::%s end)%s',
          key[i][1],
          operator_schema.nspname,
          oprname,
          child_facts ->> 'lowest',
          format('%I.%I', type_schema.nspname, typname),
          ' collate ' || (child_facts ->> 'collation'))
        from pg_amop
        join pg_operator on pg_operator.oid = amopopr
        join pg_namespace as operator_schema on operator_schema.oid = oprnamespace
        join pg_type on pg_type.oid = (child_facts ->> 'operand')::oid
        join pg_namespace as type_schema on type_schema.oid = typnamespace
        where amopfamily = (child_facts ->> 'family')::oid
          and amopstrategy = 4
          and amoplefttype = (child_facts ->> 'operand')::oid
          and amoprighttype = (child_facts ->> 'operand')::oid);
    end if;
  end loop;

  perform
    set_config('tenant_datasource.same_key', array_to_string(same_key, ' and '), false),
    set_config('tenant_datasource.key_lists', key_lists::text, false),
    set_config('tenant_datasource.key_gate', key_gate, false);
end
$same_key$;
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
          select %5$I, %3$I as tenant_datasource_organization
          from %4$s as tenant_datasource_user
          where exists (
            select
            from %1$s as session
            where session.ctid >= $1 and session.ctid < $2 and session.%2$I is null and %6$s)
          for key share),
        tenant_datasource_session as materialized (
          select ctid
          from %1$s
          where ctid >= $1 and ctid < $2 and %2$I is null
          for update)
        update %1$s as session
        set %2$I = tenant_datasource_user.tenant_datasource_organization
        from tenant_datasource_user, tenant_datasource_session
        where session.ctid >= $1
          and session.ctid < $2
          and session.ctid = tenant_datasource_session.ctid
          and session.%2$I is null
          and %6$s$$,
      pg_catalog.current_setting('tenant_datasource.table'),
      'organization_id',
      'organization_id',
      pg_catalog.current_setting('tenant_datasource.users'),
      'id',
      pg_catalog.replace(pg_catalog.current_setting('tenant_datasource.same_key'), '{row}', 'session')),
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
    raise exception '% rows of table % name a row of % that does not exist, or has no organization',
      missing, sessions, pg_catalog.current_setting('tenant_datasource.users')
      using
        errcode = 'foreign_key_violation',
        hint = format(
          'Delete them, or give that one an organization, and run this step again: '
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
