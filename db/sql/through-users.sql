-- Row-level security for a table of user sessions, through the organization of each session's user.
--
-- Plain SQL for one transaction of whatever runs it, with the names of the review's schema. Generated; other names:
-- SessionPolicies.sql() and undoSql(), or psql/.

-- === through-users/policies.sql ===

-- Row-level security for a sessions table, through the organization of each session's user.
--
-- Run it as the owner of the table, in one transaction. It can be run again at any time, on a live table: it holds the
-- table's lock for some milliseconds, and gives up after lock_timeout rather than queue up all traffic behind it.
--
-- Who falls under the policies needs SELECT on the two columns of the users table that they read.
-- Row security of the users table applies to that as well: who may not see a user does not see that user's sessions.

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
  set_config('tenant_datasource.shape', 'through users', true),
  set_config('tenant_datasource.fast_for', 'lookups', true),
  set_config('tenant_datasource.parent', current_setting('tenant_datasource.users'), false),
  set_config('tenant_datasource.parent_alias', 'tenant_datasource_user', false),
  set_config('tenant_datasource.key', array[array['user_id', 'id']]::text, false),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), 'user_id'),
    jsonb_build_array(current_setting('tenant_datasource.users'), 'id'),
    jsonb_build_array(current_setting('tenant_datasource.users'), 'organization_id'))::text, true),
  set_config('tenant_datasource.tenant_values', jsonb_build_array(
    jsonb_build_object(
      'value', 'organization_value',
      'setting', 'app.organization_id',
      'table', current_setting('tenant_datasource.users'),
      'column', 'organization_id'),
    jsonb_build_object(
      'value', 'user_value',
      'setting', 'app.user_id',
      'table', current_setting('tenant_datasource.table'),
      'column', 'user_id',
      'key_of', current_setting('tenant_datasource.users')))::text, true);

-- All that the policies read is compared.
select set_config('tenant_datasource.compared_columns', current_setting('tenant_datasource.required_columns'), false);

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

-- How a policy reads a setting, and compares a column with it, as SQL text, by the type of the column. A setting that is
-- unset, empty or malformed is NULL, which equals nothing, and throws nothing: it is cast only in a CASE that has seen its
-- form, and only when the query runs (in a sub-select, which the planner never evaluates to estimate a cost). The sub-select
-- is evaluated once a query. It is never cast to the column's own type, which would cut it off to a length, round it, or ask
-- what a domain checks, but to the one that holds all values of its kind.
--
-- tenant_values holds objects of "value", the setting to leave the text in; "setting"; "table" and "column"; and for a user,
-- "key_of", the table whose foreign key says what is the same user. For a value V, leaves in
--   V: the value;

--   V_formed: whether there is one, as a condition on the setting alone;

--   V_column: the column, to be compared with it; {of} is what qualifies it;

--   V_equal: the operator for that.
-- Comes after compared-columns.sql.
do $tenant_values$
declare
  wanted record;
  facts jsonb;
  compared_id oid;
  family_id oid;
  operand_id oid;
  value_id oid;
  differing oid[];
  differing_id oid;
  column_cast text;
  type_name text;
  value_type text;
  formed text;
begin
  for wanted in
    select *
    from jsonb_to_recordset(current_setting('tenant_datasource.tenant_values')::jsonb)
      as (value text, setting text, "table" text, "column" text, key_of text)
  loop
    facts := current_setting('tenant_datasource.column_facts')::jsonb -> wanted."table" -> wanted."column";
    compared_id := facts ->> 'type';
    operand_id := facts ->> 'operand';
    family_id := facts ->> 'family';
    column_cast := case when facts ->> 'type' <> facts ->> 'operand'
      then (select format('::%I.%I', nspname, typname)
        from pg_type
        join pg_namespace on pg_namespace.oid = typnamespace
        where pg_type.oid = operand_id)
      else ''
    end;

    -- What the column refers to is told by its foreign key, which may compare in another way than the column's own type: as
    -- text, which tells ACME from acme, where the column is citext. Operators of one family agree on what is equal.
    select array_agg(distinct pg_operator.oid), min(oprright::text)::oid
    into differing, differing_id
    from pg_constraint
    cross join lateral generate_subscripts(conkey, 1) as position
    join pg_operator on pg_operator.oid = conpfeqop[position]
    where contype = 'f'
      and conrelid = wanted."table"::regclass
      and conkey[position] = (facts ->> 'number')::smallint
      and (
        wanted.key_of is null
        or confrelid = wanted.key_of::regclass)
      and not exists (
        select
        from pg_amop
        where amopfamily = family_id
          and amopstrategy = 3
          and amopopr = pg_operator.oid)
      -- A numeric holds each integer as it is.
      and not (
        wanted.key_of is null
        and compared_id = any (array['int2', 'int4', 'int8']::regtype[])
        and oprright = 'numeric'::regtype);

    if differing is not null and (
      wanted.key_of is null
      or cardinality(differing) > 1
      or not exists (
        select
        from pg_opclass
        join pg_amop on amopfamily = opcfamily
        where opcdefault
          and opcintype = differing_id
          and amopstrategy = 3
          and amopopr = differing[1]))
    then
      raise exception 'column % of table % has the type %, but its foreign key compares it as %',
        quote_ident(wanted."column"), wanted."table", facts ->> 'declared',
        (
          select string_agg(distinct format('%s (%s)', format_type(oprright, -1), pg_operator.oid::regoperator), ', ')
          from pg_operator
          where oid = any (differing)
        )
        using
          errcode = 'datatype_mismatch',
          hint = 'Give it the type of the column that it refers to, or that one an index by PostgreSQL''s own operators.';
    end if;

    if differing is not null then
      compared_id := differing_id;
      operand_id := compared_id;
      family_id := (
        select opcfamily
        from pg_opclass
        join pg_am on pg_am.oid = opcmethod
        where amname = 'btree'
          and opcdefault
          and opcintype = compared_id);
      column_cast := (
        select format('::%I.%I', nspname, typname)
        from pg_type
        join pg_namespace on pg_namespace.oid = typnamespace
        where pg_type.oid = compared_id);
    end if;

    type_name := (
      select typname
      from pg_type
      where oid = compared_id
        and (
          typnamespace = 'pg_catalog'::regnamespace
          or exists (
            select
            from pg_depend
            join pg_extension on refclassid = 'pg_extension'::regclass and refobjid = pg_extension.oid
            where classid = 'pg_type'::regclass
              and objid = pg_type.oid
              and deptype = 'e'
              and extname = 'citext'
              and typname = 'citext')));

    value_id := case
      when type_name in ('uuid', 'numeric', 'bpchar', 'citext') then compared_id
      when type_name in ('int2', 'int4', 'int8') then 'int8'::regtype
      when type_name in ('text', 'varchar', 'name') then 'text'::regtype
    end;
    if value_id is null then
      raise exception 'column % of table % has the type %, with which a setting cannot be compared',
        quote_ident(wanted."column"), wanted."table", facts ->> 'declared'
        using
          errcode = 'datatype_mismatch',
          hint = 'Tenants and users are told by uuid, smallint, integer, bigint, numeric, text, varchar, char, name or citext.';
    end if;

    value_type := (
      select format('%I.%I', nspname, typname)
      from pg_type
      join pg_namespace on pg_namespace.oid = typnamespace
      where pg_type.oid = value_id);

    formed := format(
      case
        when type_name = 'uuid' then
          $$current_setting(%1$L, true) ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'$$
        -- 18 digits always fit; of 19, not all.
        when value_id = 'int8'::regtype then
          $$case
            when current_setting(%1$L, true) ~ '^-?[0-9]{1,18}$' then true
            when current_setting(%1$L, true) ~ '^-?[0-9]{19}$'
            then current_setting(%1$L, true)::numeric between -9223372036854775808 and 9223372036854775807
          end$$
        -- No numeric that is declared with a precision has more than 1000 digits.
        when type_name = 'numeric' then
          $$length(current_setting(%1$L, true)) <= 1002 and current_setting(%1$L, true) ~ '^-?[0-9]+(\.[0-9]+)?$'$$
        -- Blanks alone are empty as well.
        when type_name = 'bpchar' then
          $$current_setting(%1$L, true)::bpchar <> ''::bpchar$$
        else
          $$current_setting(%1$L, true) <> ''$$
      end,
      wanted.setting);

    -- The index on a smaller integer is used for a bigint as well.
    perform
      set_config('tenant_datasource.' || wanted.value || '_formed', formed, true),
      set_config('tenant_datasource.' || wanted.value, format(
        $$(select case when %s then current_setting(%L, true)::%s end)$$,
        formed,
        wanted.setting,
        value_type), true),
      set_config('tenant_datasource.' || wanted.value || '_column', format(
        '{of}%I%s', wanted."column", column_cast), true),
      set_config('tenant_datasource.' || wanted.value || '_equal', format('operator(%I.%s)', nspname, oprname), true)
    from pg_amop
    join pg_operator on pg_operator.oid = amopopr
    join pg_namespace on pg_namespace.oid = oprnamespace
    where amopfamily = family_id
      and amopstrategy = 3
      and amoplefttype = operand_id
      and amoprighttype = value_id;

    if not found then
      raise exception 'column % of table % has the type %, of which nothing says what is equal',
        quote_ident(wanted."column"), wanted."table", facts ->> 'declared'
        using
          errcode = 'datatype_mismatch',
          hint = 'Give it one of PostgreSQL''s own types.';
    end if;
  end loop;
end
$tenant_values$;

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

-- The policies of a table whose rows belong to the organization of the row of parent that they name, for policies.sql: comes
-- after tenant-values.sql and same-key.sql, and fast_for says what reading is to be fast for.
--
-- lookups: a row's parent is looked up by its key, row by row. The planner has another way as well, to collect all parents of
-- the organization first, which is right for who reads thousands of rows. It takes an organization for an average one, and
-- where most have few parents, it would for a single row read all parents of the largest. unnest is one row, of which the
-- planner expects ten: so collecting seems ten times as dear, while EXISTS is done with the first. (Of a thousand, it would
-- take the first to be so near that it reads a parent table of some thousand rows from its begin.)
--
-- The condition before it, key_gate, is for a query without a tenant: PostgreSQL makes no one-time filter of what a policy
-- says (process_security_barrier_quals in initsplan.c), and would read all rows to find that none is to be seen, but an index
-- that is asked for what is not less than NULL returns at once.
--
-- lists: the keys of the organization's parents are collected once a query, and an index on the column is used with them,
-- also where the query says nothing. With a key of several columns there is one such list a column, whichever of them has an
-- index, and the key as a whole is looked up for what these let pass. Measured on PostgreSQL 15.19 with 10,000 organizations,
-- 200,000 parents and 1,000,000 rows, as milliseconds for a row by its primary key / the count of all, in an organization of
-- 20 parents, and in one of 10,000: EXISTS alone 0.6 / 346 and 0.4 / 224, (a, b) IN (SELECT ...) 0.3 / 158 and 3.4 / 200, this
-- 0.5 / 0.7 and 6.2 / 88.
--
-- Nothing is looked up without a tenant, for a policy of the parent's own may throw then.
do $through_parent$
declare
  parent constant text := current_setting('tenant_datasource.parent');
  alias constant text := current_setting('tenant_datasource.parent_alias');
  value constant text := current_setting('tenant_datasource.organization_value');
  organization constant text := replace(
    current_setting('tenant_datasource.organization_value_column'), '{of}', alias || '.');
  equal constant text := current_setting('tenant_datasource.organization_value_equal');
  same_key constant text := current_setting('tenant_datasource.same_key');
  key_lists constant jsonb := current_setting('tenant_datasource.key_lists');
  -- Written rows are checked one by one, by the key of the parent. A row that names none belongs to nobody: it is shown to
  -- nobody, and cannot be written.
  writable constant text := format(
    $$case when %1$s is not null then (
        select %2$s
        from %3$s as %4$s
        where %5$s) %6$s %1$s
      else false end$$,
    value, organization, parent, alias, same_key, equal);
  readable text;
begin
  case current_setting('tenant_datasource.fast_for')
    when 'lookups' then
      readable := format(
        $$%1$s and exists (
          select
          from %3$s as %4$s, unnest((select array[1])) as tenant_datasource_expected
          where %5$s
            and %2$s %6$s %7$s)$$,
        coalesce(
          replace(
            nullif(current_setting('tenant_datasource.key_gate'), ''),
            '{formed}',
            current_setting('tenant_datasource.organization_value_formed')),
          value || ' is not null'),
        organization,
        parent,
        alias,
        same_key,
        equal,
        value);
    when 'lists' then
      readable := (
        select string_agg(
          format(
            $$%1$s %2$s any ((
              select case when %3$s is not null then array(
                select %4$s %5$s
                from %6$s as %7$s
                where %8$s %9$s %3$s)
              end)::%10$s[]%11$s)$$,
            part ->> 'child',
            part ->> 'any',
            value,
            case when jsonb_array_length(key_lists) > 1 then 'distinct' end,
            part ->> 'parent',
            parent,
            alias,
            organization,
            equal,
            part ->> 'type',
            part ->> 'collate'),
          ' and ' order by i)
        from jsonb_array_elements(key_lists) with ordinality as parts (part, i))
        || case when jsonb_array_length(key_lists) > 1 then ' and ' || writable else '' end;
    else
      raise exception 'policies are fast for lookups or lists, but not for %', current_setting('tenant_datasource.fast_for')
        using
          errcode = 'invalid_parameter_value',
          hint = 'Set fast_for to one of these.';
  end case;

  perform
    set_config('tenant_datasource.readable', readable, true),
    set_config('tenant_datasource.changeable', readable, true),
    set_config('tenant_datasource.deletable', readable, true),
    set_config('tenant_datasource.insertable', writable, true),
    set_config('tenant_datasource.writable', writable, true);
end
$through_parent$;

select set_config('tenant_datasource.own', format(
  $$(select coalesce(current_setting(%1$L, true), '') = '') or %2$s %3$s %4$s$$,
  'app.user_id',
  replace(current_setting('tenant_datasource.user_value_column'), '{of}', '{row}.'),
  current_setting('tenant_datasource.user_value_equal'),
  current_setting('tenant_datasource.user_value')), true);

-- Makes policies.sql true, and refuses what would show more than they do.
-- Enables and forces row security on each table of protected, and gives it the policies <prefix>_select_policy, _insert_,
-- _update_, _delete_ and, where own says what a user's own rows are, _own_. Which rows are the tenant's is said as SQL text in
-- which {row} is the table's name: readable, those to be seen; changeable and deletable; insertable and writable, what a new or
-- a changed row has to be.
--
-- What a table was like before the first run is kept in a comment, for the script that takes this one back.
--
-- Forced, so that the owner is bound as well; superusers and BYPASSRLS roles never are.
do $write_policies$
begin
  perform set_config(
    'tenant_datasource.objects',
    ((
      select jsonb_agg(
        jsonb_build_object(
          'kind', 'policy',
          'fixed', true,
          'tag', format('%s; %s', current_setting('tenant_datasource.shape'), kind),
          'name', format('%s_%s_policy', current_setting('tenant_datasource.policy_prefix'), kind),
          'remember', kind = 'select',
          'create', case when visible is not null or written is not null then 'create policy %1$s on %2$s' end,
          'rest', format(
            ' as %s for %s to %I',
            case kind when 'own' then 'restrictive' else 'permissive' end,
            case kind when 'own' then 'all' else kind end,
            current_setting('tenant_datasource.role')),
          'each_row', concat(' using (' || visible || ')', ' with check (' || written || ')')))
      from (
        values
          ('select', current_setting('tenant_datasource.readable'), null),
          ('insert', null, current_setting('tenant_datasource.insertable')),
          ('update', current_setting('tenant_datasource.changeable'), current_setting('tenant_datasource.writable')),
          ('delete', current_setting('tenant_datasource.deletable'), null),
          -- Restrictive, so joined to the others by AND: with a user set, only that user's rows; with garbage set, none.
          ('own', nullif(current_setting('tenant_datasource.own'), ''), nullif(current_setting('tenant_datasource.own'), ''))
      ) as policies (kind, visible, written)
    ) || jsonb_build_array(jsonb_build_object(
      'kind', 'row security',
      'name', '',
      'create', 'alter table %2$s enable row level security, force row level security')))::text,
    true);
end
$write_policies$;

-- Makes objects what there is on the tables of protected, and refuses what would show more: under the lock, if there is anything
-- to change.
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

-- Refuses what row security would leave open, or cannot be had for. Comes after protected.sql.
do $require_protectable$
declare
  root constant regclass := current_setting('tenant_datasource.table');
  found record;
begin
  for found in
    select oid::regclass as name, relkind, relname, relowner
    from pg_class
    where oid = any (current_setting('tenant_datasource.protected')::oid[])
    order by oid
  loop
    if found.relkind = 'f' then
      raise exception '%, a part of table %, is a foreign table: there is no row security for those', found.name, root
        using
          errcode = 'wrong_object_type',
          hint = 'Detach it (or take away its inheritance), and have its own server protect it.';
    end if;

    if not pg_has_role(found.relowner, 'usage') then
      raise exception 'must be owner of table %, a part of table %', found.name, root
        using
          errcode = 'insufficient_privilege',
          hint = format('Give it to the owner of the whole: alter table %s owner to %s', found.name,
            (select relowner::regrole from pg_class where oid = root));
    end if;

    -- In a policy's sub-select this name would mean the table that is looked up.
    if found.relname in ('tenant_datasource_user', 'tenant_datasource_parent') then
      raise exception 'table % has the name of an alias in the policies', found.name
        using
          errcode = 'reserved_name',
          hint = 'Rename it.';
    end if;
  end loop;

  -- Who reads a partition or a child through its parent asks the parent's policies only.
  for found in
    with recursive ancestors (ancestor) as (
      select inhparent from pg_inherits where inhrelid = root
      union
      select inhparent from ancestors join pg_inherits on inhrelid = ancestor
    )
    select oid::regclass as name
    from ancestors
    join pg_class on oid = ancestor
    where not (relrowsecurity and relforcerowsecurity)
    order by oid
  loop
    raise exception 'table % is a part of table %, through which its rows would be read without a policy', root, found.name
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = format('Protect %s: that covers its partitions and children.', found.name);
  end loop;
end
$require_protectable$;

-- Permissive policies are joined by OR: one more that the role, or a member of it, falls under would show rows beyond
-- the tenant. Those of kept_policies are this library's own.
do $refuse_policies_that_widen$
declare
  role_name constant name := current_setting('tenant_datasource.role');
  widening text;
begin
  select string_agg(format('%I on %s', polname, polrelid::regclass), ', ' order by polname, polrelid)
  into widening
  from pg_policy
  where polrelid = any (current_setting('tenant_datasource.protected')::oid[])
    and polpermissive
    -- That of the maintenance role hides the rows from who falls under the others.
    and not (
      starts_with(obj_description(pg_policy.oid, 'pg_policy'), 'tenant-datasource: maintenance;')
      and starts_with(
        pg_get_expr(polqual, polrelid),
        format('( SELECT ((NOT pg_has_role(CURRENT_USER, %L::name, ', role_name)))
    -- That of a look-up shows the row of a value that the reader holds, to who may look it up.
    and not coalesce(
      starts_with(obj_description(pg_policy.oid, 'pg_policy'), 'tenant-datasource: lookup_')
        and starts_with(pg_get_expr(polqual, polrelid), '(( SELECT pg_has_role(COALESCE('),
      false)
    and not (
      pg_policy.oid = any (current_setting('tenant_datasource.our_policies')::oid[])
      and polname = any (string_to_array(current_setting('tenant_datasource.kept_policies'), ' ')))
    and exists (
      select
      from pg_roles as reader, unnest(polroles) as granted(roleid)
      where not reader.rolsuper
        and not reader.rolbypassrls
        and pg_has_role(reader.oid, role_name, 'usage')
        and (roleid = 0 or pg_has_role(reader.oid, roleid, 'member')));

  if widening is not null then
    raise exception 'permissive policies would show role %, or a member of it, more than its tenant: %',
      quote_ident(role_name), widening
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Drop them, make them restrictive, or grant them to a role that none of these is a member of.';
  end if;
end
$refuse_policies_that_widen$;

-- Functions with SECURITY DEFINER are not seen here: their bodies are text.
do $refuse_views_that_show_more$
declare
  role_name constant name := current_setting('tenant_datasource.role');
  protected constant oid[] := current_setting('tenant_datasource.protected');
  showing text;

  -- Since PostgreSQL 16 who creates a role is a member of it that neither inherits its rights nor may assume it.
  assumable constant text :=
    case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end;
begin
  -- Almost always there is nothing to look at.
  if not exists (
    select
    from pg_depend
    where classid = 'pg_rewrite'::regclass
      and refclassid = 'pg_class'::regclass
      and refobjid = any (protected))
  then
    return;
  end if;

  with recursive
  hidden (relation_id) as (
    select unnest(protected)
  ),

  -- Row security is about to be enabled.
  open_table (relation_id) as (
    select null::oid
    where false
  ),

  kept_policy (policy_id) as (
    select oid
    from pg_policy
    where polrelid = any (protected)
      and (
        -- That of a look-up shows the row of a value that the reader holds, to who may look it up.
        starts_with(obj_description(oid, 'pg_policy'), 'tenant-datasource: lookup_')
          and starts_with(pg_get_expr(polqual, polrelid), '(( SELECT pg_has_role(COALESCE(')
        or oid = any (current_setting('tenant_datasource.our_policies')::oid[])
          and polname = any (string_to_array(current_setting('tenant_datasource.kept_policies'), ' ')))
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

  showing_readers (description) as (
    select distinct description
    from shown
    join pg_class on oid = relation_id
    where oid <> all (coalesce(nullif(current_setting('tenant_datasource.shown_to_all', true), ''), '{}')::regclass[]::oid[])
      and exists (
        select
        from pg_roles as reader
        where not reader.rolsuper
          and not reader.rolbypassrls
          and (
            pg_has_role(reader.oid, role_name, 'usage')
            or pg_has_role(reader.oid, role_name, assumable))
          and has_schema_privilege(reader.oid, relnamespace, 'usage')
          and (
            has_any_column_privilege(reader.oid, relation_id, 'select, insert, update')
            or has_table_privilege(reader.oid, relation_id, 'delete')))
  )

  select string_agg(description, ', ' order by description)
  into showing
  from showing_readers;

  if showing is not null then
    raise exception 'role %, or a member of it, would see more than its tenant through: %', quote_ident(role_name), showing
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Views: alter view … set (security_invoker = true), and grant their readers what they read. Materialized '
          'views are copies without policies, and rules act for their owner: revoke the rights of that role and its members.';
  end if;
end
$refuse_views_that_show_more$;

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
