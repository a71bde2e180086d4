-- Row-level security for a table of user sessions, by an organization column of its own that the database keeps right.
--
-- psql -v ON_ERROR_STOP=1 -f own-column.sql -v name=value ...
--
-- Run it as the owner of the tables that it changes. It can be run again at any time.
-- It commits after each step; what fails in the middle goes on when it is run again.
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
\if :{?organization_setting} \else \set organization_setting app.organization_id \endif
\if :{?user_setting} \else \set user_setting app.user_id \endif
\if :{?batch_pages} \else \set batch_pages 64 \endif
\if :{?batch_pause} \else \set batch_pause 10 \endif

-- Called after the table; where that gets too long, the table's name is cut.
select
  pg_catalog.substr(('_user_organization_idx' || :'sessions_table')::pg_catalog.name, 23) || '_user_organization_idx'
    as user_index,
  pg_catalog.substr(('_organization_newest_idx' || :'sessions_table')::pg_catalog.name, 25) || '_organization_newest_idx'
    as newest_index,
  pg_catalog.substr(('_organization_idx' || :'sessions_table')::pg_catalog.name, 18) || '_organization_idx'
    as organization_index,
  pg_catalog.substr(('_expires_idx' || :'sessions_table')::pg_catalog.name, 13) || '_expires_idx'
    as expired_index,
  pg_catalog.substr(('_users_key' || :'sessions_table')::pg_catalog.name, 11) || '_users_key'
    as users_key,
  pg_catalog.substr(('_organization' || :'sessions_table')::pg_catalog.name, 14) || '_organization'
    as organization_function
\gset

-- What is set for a transaction is still there in the next statement only if psql is in one.
select pg_catalog.set_config('tenant_datasource.probe', 'on', true)
\gset tenant_datasource_

select coalesce(pg_catalog.current_setting('tenant_datasource.probe', true), '') = 'on' as in_transaction
\gset tenant_datasource_
\if :tenant_datasource_in_transaction
  do $$ begin raise exception 'own-column.sql commits after each step: run it without -1, and with AUTOCOMMIT on'; end $$;
\endif

-- === own-column/require.sql ===

begin;

-- Step 0: refuses what a later step would refuse, before the first of them changes anything. They look again, under the
-- lock. In one transaction; changes nothing but that it creates the role, if it is missing.

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
  set_config('tenant_datasource.referenced_table', current_setting('tenant_datasource.users'), true),
  set_config('tenant_datasource.parent', current_setting('tenant_datasource.users'), false),
  set_config('tenant_datasource.parent_alias', 'tenant_datasource_user', false),
  set_config('tenant_datasource.key', array[array[:'session_user_column', :'users_id_column']]::text, false),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_id_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_organization_column'))::text, true),
  set_config('tenant_datasource.tenant_values', jsonb_build_array(
    jsonb_build_object(
      'value', 'organization_value',
      'setting', :'organization_setting',
      'table', current_setting('tenant_datasource.users'),
      'column', :'users_organization_column'),
    jsonb_build_object(
      'value', 'user_value',
      'setting', :'user_setting',
      'table', current_setting('tenant_datasource.table'),
      'column', :'session_user_column',
      'key_of', current_setting('tenant_datasource.users')))::text, true)
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

-- All of them are compared, and so will the column be that is to come, or is there.
select set_config('tenant_datasource.compared_columns', (
  current_setting('tenant_datasource.required_columns')::jsonb
    || jsonb_build_array(
      jsonb_build_array(current_setting('tenant_datasource.table'), :'session_organization_column')))::text, false)
\gset tenant_datasource_

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

do $refuse_unfit_table$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_name constant text := current_setting('tenant_datasource.session_organization_column');
  wanted_type constant text := (
    select format_type(atttypid, atttypmod)
    from pg_attribute
    where attrelid = current_setting('tenant_datasource.users')::regclass
      and attname = current_setting('tenant_datasource.users_organization_column'));
  present_type constant text := (
    select format_type(atttypid, atttypmod)
    from pg_attribute
    where attrelid = sessions
      and attname = column_name);
begin
  if (select relkind from pg_class where oid = sessions) = 'p' then
    raise exception 'table % is partitioned: a column cannot be added to it without long locks', sessions
      using
        errcode = 'feature_not_supported',
        hint = 'Add and fill the column by hand, with a foreign key to users (id, organization), and protect the table '
          'with TablePolicies; or use the policies through users.';
  end if;

  -- Neither the foreign key nor the triggers that keep the column right would hold for their rows.
  if exists (select from pg_inherits where inhparent = sessions) then
    raise exception 'table % has children by inheritance, whose column could not be kept right: %', sessions,
      (select string_agg(inhrelid::regclass::text, ', ' order by inhrelid) from pg_inherits where inhparent = sessions)
      using
        errcode = 'feature_not_supported',
        hint = 'Use the policies through users.';
  end if;

  if present_type <> wanted_type then
    raise exception 'column % of table % has the type %, but % has organizations of type %',
      quote_ident(column_name), sessions, present_type, current_setting('tenant_datasource.users'), wanted_type
      using
        errcode = 'datatype_mismatch',
        hint = 'Change its type, or name another column.';
  end if;
end
$refuse_unfit_table$;

-- What a column cannot be filled from. Comes after refuse-unfit-table.sql.
do $refuse_unfit_parent$
declare
  filled constant regclass := current_setting('tenant_datasource.table');
  parent constant regclass := current_setting('tenant_datasource.users');
  unfit record;
begin
  if (select relkind from pg_class where oid = parent) = 'p' then
    raise exception 'table % is partitioned: it cannot have a unique index on %, by which its rows could be named', parent,
      quote_ident(current_setting('tenant_datasource.users_organization_column'))
      using
        errcode = 'feature_not_supported',
        hint = format('Give %s the column by hand, or do without one.', filled);
  end if;

  if not pg_has_role((select relowner from pg_class where oid = parent), 'usage') then
    raise exception 'must be owner of table %', parent
      using
        errcode = 'insufficient_privilege',
        hint = format('Run this as %s.', (select relowner::regrole from pg_class where oid = parent));
  end if;

  -- The new foreign key does what the present one does, but cannot keep the organization that of a row which it does not know.
  select conname, pg_get_constraintdef(pg_constraint.oid) as definition
  into unfit
  from pg_constraint
  join pg_attribute on attrelid = conrelid and conkey = array[attnum]
  where contype = 'f'
    and conrelid = filled
    and confrelid = parent
    and attname = current_setting('tenant_datasource.session_user_column')
    and (confdeltype = 'd' or confupdtype in ('n', 'd'))
  order by conname
  limit 1;

  if found then
    raise exception 'foreign key % of table % sets its column to another value: %', quote_ident(unfit.conname), filled,
      unfit.definition
      using
        errcode = 'feature_not_supported',
        hint = 'Let it do something else, or do without a column for the organization.';
  end if;
end
$refuse_unfit_parent$;

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

-- The indexes, as the catalogue has them.
select set_config('tenant_datasource.indexes', jsonb_build_array(
  jsonb_build_object(
    'name', :'users_key',
    'table', current_setting('tenant_datasource.users'),
    'unique', 'UNIQUE ',
    'columns', format('%I, %I', :'users_id_column', :'users_organization_column')),
  jsonb_build_object(
    'name', :'user_index',
    'table', current_setting('tenant_datasource.table'),
    'unique', '',
    'columns', format('%I, %I', :'session_user_column', :'session_organization_column')),
  jsonb_build_object(
    'name', :'newest_index',
    'table', current_setting('tenant_datasource.table'),
    'unique', '',
    'columns', format('%I, %I DESC', :'session_organization_column', :'session_created_column'),
    'where', :'session_created_column'),
  jsonb_build_object(
    'name', :'organization_index',
    'table', current_setting('tenant_datasource.table'),
    'unique', '',
    'columns', format('%I', :'session_organization_column'),
    'where_missing', :'session_created_column'),
  jsonb_build_object(
    'name', :'expired_index',
    'table', current_setting('tenant_datasource.table'),
    'unique', '',
    'columns', format('%I', :'session_expires_column'),
    'where', :'session_expires_column')
)::text, true)
\gset tenant_datasource_

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

-- Names that cannot give way: those of the policies, and of indexes, which are created IF NOT EXISTS. The steps that create
-- them look again.
do $refuse_taken_policy_names$
declare
  taken text;
begin
  select string_agg(format('policy %I on %s', polname, polrelid::regclass), ', ' order by polname, polrelid)
  into taken
  from pg_policy
  where polrelid = any (current_setting('tenant_datasource.protected')::oid[])
    and polname in (
      select format('%s_%s_policy', current_setting('tenant_datasource.policy_prefix'), kind)
      from unnest(array['select', 'insert', 'update', 'delete', 'own']) as kind)
    and oid <> all (current_setting('tenant_datasource.our_policies')::oid[]);

  if taken is not null then
    raise exception 'somebody else has given the names of those to be created to: %', taken
      using
        errcode = 'duplicate_object',
        hint = 'Drop them, or keep them under another name: alter policy … on … rename to …';
  end if;
end
$refuse_taken_policy_names$;

do $refuse_taken_index_names$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_names constant name[] := (
    select array_agg(attname) from pg_attribute where attrelid = sessions and attnum > 0 and not attisdropped);
  index record;
begin
  perform set_config('tenant_datasource.index_only_look', 'yes', true);
  for index in
    select *
    from jsonb_to_recordset(current_setting('tenant_datasource.indexes')::jsonb)
      as definition ("name" name, "table" text, "unique" text, "columns" text, "where" name, where_missing name)
    where ("where" is null or "where" = any (column_names))
      and (where_missing is null or where_missing <> all (column_names))
  loop
    perform
      set_config('tenant_datasource.index', format('%s.%I',
        (
          select quote_ident(nspname)
          from pg_class
          join pg_namespace on pg_namespace.oid = relnamespace
          where pg_class.oid = index."table"::regclass
        ),
        index.name), true),
      set_config('tenant_datasource.index_table', index."table", true),
      set_config('tenant_datasource.index_unique', index."unique", true),
      set_config('tenant_datasource.index_columns', index."columns", true);
    execute current_setting('tenant_datasource.prepare_index');
  end loop;
  perform set_config('tenant_datasource.index_only_look', '', true);
end
$refuse_taken_index_names$;

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

commit;

-- === own-column/users-key.sql ===

-- Step 1 of the organization's own column: what the foreign key of step 2 refers to. Outside of a transaction, one statement at
-- a time (they end with a line "--;"), as an index is built concurrently. Can be run again after any failure.

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
  pg_catalog.set_config('tenant_datasource.index', pg_catalog.format('%I.%I', :'users_schema', :'users_key'), false),
  pg_catalog.set_config('tenant_datasource.index_table', pg_catalog.format('%I.%I', :'users_schema', :'users_table'), false),
  pg_catalog.set_config('tenant_datasource.index_unique', 'UNIQUE ', false),
  pg_catalog.set_config('tenant_datasource.index_columns', pg_catalog.format('%I, %I', :'users_id_column', :'users_organization_column'), false),
  pg_catalog.set_config('tenant_datasource.index_tag', 'own column', false),
  pg_catalog.set_config('tenant_datasource.index_lock_timeout', :'lock_timeout', false)
\gset tenant_datasource_
--;

do $prepare_index_name$
begin
  perform pg_catalog.set_config('lock_timeout', pg_catalog.current_setting('tenant_datasource.index_lock_timeout'), true);
  execute pg_catalog.current_setting('tenant_datasource.prepare_index');
end
$prepare_index_name$;
--;

create unique index concurrently if not exists :"users_key"
  on :"users_schema".:"users_table" (:"users_id_column", :"users_organization_column")
  with (deduplicate_items = on);
--;

do $mark_the_index$
begin
  execute pg_catalog.current_setting('tenant_datasource.mark_index');
end
$mark_the_index$;

-- === own-column/column.sql ===

begin;

-- Step 2: the column, and what keeps it right from now on, whoever writes. In one transaction, as the owner of both
-- tables. Existing rows are not touched: step 3 fills them.

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
  set_config('tenant_datasource.organization_function', :'organization_function', true),
  set_config('tenant_datasource.referenced_table', current_setting('tenant_datasource.users'), true),
  set_config('tenant_datasource.parent', current_setting('tenant_datasource.users'), false),
  set_config('tenant_datasource.parent_alias', 'tenant_datasource_user', false),
  set_config('tenant_datasource.key', array[array[:'session_user_column', :'users_id_column']]::text, false),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_id_column'),
    jsonb_build_array(current_setting('tenant_datasource.users'), :'users_organization_column'))::text, true)
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

-- All of them are compared, and so will the column be that is to come, or is there.
select set_config('tenant_datasource.compared_columns', (
  current_setting('tenant_datasource.required_columns')::jsonb
    || jsonb_build_array(
      jsonb_build_array(current_setting('tenant_datasource.table'), :'session_organization_column')))::text, false)
\gset tenant_datasource_

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

-- What keeps the column right, whoever writes.
--
-- The triggers look the organization up where a row comes without one, or has changed its user. What a writer names is kept,
-- and has to stand the foreign key. They run with the writer's rights: a user whom they may not see has no organization.
--
-- former_organization_body is what a former version wrote, for adopt.sql.
do $write_organization_body$
declare
  body constant text := $$
begin
  new.%1$I := (
    select tenant_datasource_user.%2$I
    from %3$s as tenant_datasource_user
    where %4$s);
  return new;
end
$$;
  organization_column constant text := current_setting('tenant_datasource.session_organization_column');
  users_organization_column constant text := current_setting('tenant_datasource.users_organization_column');
  users constant text := current_setting('tenant_datasource.users');
begin
  perform
    set_config('tenant_datasource.organization_body', format(
      body,
      organization_column,
      users_organization_column,
      users,
      replace(coalesce(current_setting('tenant_datasource.same_key', true), ''), '{row}', 'new')), true),
    set_config('tenant_datasource.former_organization_body', format(
      body,
      organization_column,
      users_organization_column,
      users,
      format(
        'tenant_datasource_user.%I = new.%I',
        current_setting('tenant_datasource.users_id_column'),
        current_setting('tenant_datasource.session_user_column'))), true);
end
$write_organization_body$;

-- The foreign key is what makes it true: no session can name one organization and belong to a user of another, in no order
-- of concurrent transactions, and a user who moves takes their sessions along. NOT VALID, so that no row is read under the
-- lock; new rows are checked all the same.
do $write_objects$
declare
  sessions constant text := current_setting('tenant_datasource.table');
  users constant text := current_setting('tenant_datasource.users');
  user_column constant text := current_setting('tenant_datasource.session_user_column');
  organization_column constant text := current_setting('tenant_datasource.session_organization_column');
  function_name constant text := current_setting('tenant_datasource.organization_function');
  -- The others are called after it.
  names constant jsonb := (
    select jsonb_object_agg(kind, substr(('_' || kind || function_name)::name, length(kind) + 2) || '_' || kind)
    from unnest(array['insert', 'update', 'fkey', 'check']) as kind);
begin
  perform set_config('tenant_datasource.objects', jsonb_build_array(
    jsonb_build_object(
      'kind', 'function',
      'tag', 'own column; function',
      'table', sessions,
      'name', function_name,
      'create', 'create or replace function %3$s()',
      'rest', format(
        $$ returns trigger
          language plpgsql
          set search_path = pg_catalog, pg_temp
          as %L$$,
        current_setting('tenant_datasource.organization_body'))),
    jsonb_build_object(
      'kind', 'trigger',
      'tag', 'own column; trigger for inserts',
      'table', sessions,
      'name', names ->> 'insert',
      'create', 'create trigger %1$s before insert on %2$s',
      'call', ' execute function %3$s()',
      'rest', format(
        $$
          for each row
          when (new.%1$I is null and new.%2$I is not null)$$,
        organization_column, user_column)),
    jsonb_build_object(
      'kind', 'trigger',
      'tag', 'own column; trigger for updates',
      'table', sessions,
      'name', names ->> 'update',
      'create', 'create trigger %1$s before update on %2$s',
      'call', ' execute function %3$s()',
      'rest', format(
        $$
          for each row
          when (
            new.%1$I is null and new.%2$I is not null
            or new.%2$I is distinct from old.%2$I and new.%1$I is not distinct from old.%1$I)$$,
        organization_column, user_column)),
    jsonb_build_object(
      'kind', 'constraint',
      'tag', 'own column; foreign key',
      'table', sessions,
      'name', names ->> 'fkey',
      'create', 'alter table %2$s add constraint %1$s',
      'rest', format(
        $$
          foreign key (%1$I, %2$I) references %3$s (%4$I, %5$I)
          on update cascade on delete %6$s not valid$$,
        user_column,
        organization_column,
        users,
        current_setting('tenant_datasource.users_id_column'),
        current_setting('tenant_datasource.users_organization_column'),
        -- What happens to the sessions of a deleted user stays as the foreign key on the user alone has it; without one,
        -- sessions go with their user.
        coalesce(
          (
            select
              case confdeltype
                when 'r' then 'no action'
                when 'a' then 'no action'
                when 'n' then 'set null'
                else 'cascade'
              end
            from pg_constraint
            join pg_attribute on attrelid = conrelid and conkey = array[attnum]
            where contype = 'f'
              and conrelid = sessions::regclass
              and confrelid = users::regclass
              and attname = user_column
            order by pg_constraint.oid
            limit 1
          ),
          'cascade'))),
    -- Each session has an organization; or, where it may be without a user, it belongs to no organization either then.
    jsonb_build_object(
      'kind', 'constraint',
      'tag', 'own column; check',
      'table', sessions,
      'name', names ->> 'check',
      'create', 'alter table %2$s add constraint %1$s',
      'rest', format(
        ' check (%s) not valid',
        case
          when (
            select attnotnull
            from pg_attribute
            where attrelid = sessions::regclass
              and attname = user_column)
          then format('%I is not null', organization_column)
          else format('(%I is null) = (%I is null)', user_column, organization_column)
        end))
  )::text, true);
end
$write_objects$;

-- The indexes, as the catalogue has them.
select set_config('tenant_datasource.indexes', jsonb_build_array(
  jsonb_build_object(
    'name', :'users_key',
    'table', current_setting('tenant_datasource.users'),
    'unique', 'UNIQUE ',
    'columns', format('%I, %I', :'users_id_column', :'users_organization_column')),
  jsonb_build_object(
    'name', :'user_index',
    'table', current_setting('tenant_datasource.table'),
    'unique', '',
    'columns', format('%I, %I', :'session_user_column', :'session_organization_column')),
  jsonb_build_object(
    'name', :'newest_index',
    'table', current_setting('tenant_datasource.table'),
    'unique', '',
    'columns', format('%I, %I DESC', :'session_organization_column', :'session_created_column'),
    'where', :'session_created_column'),
  jsonb_build_object(
    'name', :'organization_index',
    'table', current_setting('tenant_datasource.table'),
    'unique', '',
    'columns', format('%I', :'session_organization_column'),
    'where_missing', :'session_created_column'),
  jsonb_build_object(
    'name', :'expired_index',
    'table', current_setting('tenant_datasource.table'),
    'unique', '',
    'columns', format('%I', :'session_expires_column'),
    'where', :'session_expires_column')
)::text, true)
\gset tenant_datasource_

-- What a former version made says nowhere that it is this library's. It is where the triggers call a function with our text,
-- which nobody else writes, and what stands beside them has our name and exactly our definition.
do $adopt$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  users constant regclass := current_setting('tenant_datasource.users');
  organization_column constant name := current_setting('tenant_datasource.session_organization_column');
  user_column constant name := current_setting('tenant_datasource.session_user_column');
  found record;
begin
  for found in
    with
    former as (
      select pg_trigger.oid, tgname, tgfoid
      from pg_trigger
      join pg_proc on pg_proc.oid = tgfoid
      where tgrelid = sessions
        and tgname in ('user_sessions_organization_insert', 'user_sessions_organization_update')
        and prosrc = current_setting('tenant_datasource.former_organization_body')
        and obj_description(pg_proc.oid, 'pg_proc') is null
        and obj_description(pg_trigger.oid, 'pg_trigger') is null
    ),
    columns as (
      select
        (select attnum from pg_attribute where attrelid = sessions and attname = user_column) as user_number,
        (select attnum from pg_attribute where attrelid = sessions and attname = organization_column) as organization_number
    )
    select distinct 'function ' || tgfoid::regprocedure as identity, 'own column; function' as tag
    from former
    union all
    select
      format('trigger %I on %s', tgname, sessions),
      case tgname
        when 'user_sessions_organization_insert' then 'own column; trigger for inserts'
        else 'own column; trigger for updates'
      end
    from former
    union all
    select
      format('constraint %I on %s', conname, sessions),
      case contype when 'f' then 'own column; foreign key' else 'own column; check' end
    from pg_constraint, columns
    where exists (select from former)
      and conrelid = sessions
      and obj_description(oid, 'pg_constraint') is null
      and case conname
        when 'user_sessions_organization_fkey' then
          contype = 'f' and confrelid = users and confupdtype = 'c' and conkey = array[user_number, organization_number]
        when 'user_sessions_organization_check' then
          contype = 'c' and regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', '') in (
            format('CHECK ((%I IS NOT NULL))', organization_column),
            format('CHECK (((%I IS NULL) = (%I IS NULL)))', user_column, organization_column))
        else false
      end
    union all
    select format('index %s', to_regclass(index_name)), 'own column'
    from jsonb_array_elements(current_setting('tenant_datasource.indexes')::jsonb) as indexes (index),
      jsonb_to_record(index) as definition ("name" text, "table" text, "unique" text, "columns" text),
      format('%I.%I',
        (
          select nspname
          from pg_class
          join pg_namespace on pg_namespace.oid = relnamespace
          where pg_class.oid = "table"::regclass
        ),
        "name") as index_name
    where exists (select from former)
      and obj_description(to_regclass(index_name), 'pg_class') is null
      and pg_get_indexdef(to_regclass(index_name))
        = format('CREATE %sINDEX %I ON %s USING btree (%s)', "unique", "name", "table", "columns")
  loop
    execute format('comment on %s is %L', found.identity, format('tenant-datasource: %s; ', found.tag));
  end loop;
end
$adopt$;

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

do $refuse_unfit_table$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_name constant text := current_setting('tenant_datasource.session_organization_column');
  wanted_type constant text := (
    select format_type(atttypid, atttypmod)
    from pg_attribute
    where attrelid = current_setting('tenant_datasource.users')::regclass
      and attname = current_setting('tenant_datasource.users_organization_column'));
  present_type constant text := (
    select format_type(atttypid, atttypmod)
    from pg_attribute
    where attrelid = sessions
      and attname = column_name);
begin
  if (select relkind from pg_class where oid = sessions) = 'p' then
    raise exception 'table % is partitioned: a column cannot be added to it without long locks', sessions
      using
        errcode = 'feature_not_supported',
        hint = 'Add and fill the column by hand, with a foreign key to users (id, organization), and protect the table '
          'with TablePolicies; or use the policies through users.';
  end if;

  -- Neither the foreign key nor the triggers that keep the column right would hold for their rows.
  if exists (select from pg_inherits where inhparent = sessions) then
    raise exception 'table % has children by inheritance, whose column could not be kept right: %', sessions,
      (select string_agg(inhrelid::regclass::text, ', ' order by inhrelid) from pg_inherits where inhparent = sessions)
      using
        errcode = 'feature_not_supported',
        hint = 'Use the policies through users.';
  end if;

  if present_type <> wanted_type then
    raise exception 'column % of table % has the type %, but % has organizations of type %',
      quote_ident(column_name), sessions, present_type, current_setting('tenant_datasource.users'), wanted_type
      using
        errcode = 'datatype_mismatch',
        hint = 'Change its type, or name another column.';
  end if;
end
$refuse_unfit_table$;

-- What a column cannot be filled from. Comes after refuse-unfit-table.sql.
do $refuse_unfit_parent$
declare
  filled constant regclass := current_setting('tenant_datasource.table');
  parent constant regclass := current_setting('tenant_datasource.users');
  unfit record;
begin
  if (select relkind from pg_class where oid = parent) = 'p' then
    raise exception 'table % is partitioned: it cannot have a unique index on %, by which its rows could be named', parent,
      quote_ident(current_setting('tenant_datasource.users_organization_column'))
      using
        errcode = 'feature_not_supported',
        hint = format('Give %s the column by hand, or do without one.', filled);
  end if;

  if not pg_has_role((select relowner from pg_class where oid = parent), 'usage') then
    raise exception 'must be owner of table %', parent
      using
        errcode = 'insufficient_privilege',
        hint = format('Run this as %s.', (select relowner::regrole from pg_class where oid = parent));
  end if;

  -- The new foreign key does what the present one does, but cannot keep the organization that of a row which it does not know.
  select conname, pg_get_constraintdef(pg_constraint.oid) as definition
  into unfit
  from pg_constraint
  join pg_attribute on attrelid = conrelid and conkey = array[attnum]
  where contype = 'f'
    and conrelid = filled
    and confrelid = parent
    and attname = current_setting('tenant_datasource.session_user_column')
    and (confdeltype = 'd' or confupdtype in ('n', 'd'))
  order by conname
  limit 1;

  if found then
    raise exception 'foreign key % of table % sets its column to another value: %', quote_ident(unfit.conname), filled,
      unfit.definition
      using
        errcode = 'feature_not_supported',
        hint = 'Let it do something else, or do without a column for the organization.';
  end if;
end
$refuse_unfit_parent$;

-- A column that is there already, say one that the application fills, is kept. A comment remembers ours.
do $add_column$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_name constant text := current_setting('tenant_datasource.session_organization_column');
  wanted_type constant text := (
    select concat_ws(' collate ', format_type(atttypid, atttypmod), nullif(attcollation, 0)::regcollation)
    from pg_attribute
    where attrelid = current_setting('tenant_datasource.users')::regclass
      and attname = current_setting('tenant_datasource.users_organization_column'));
  present_type constant text := (
    select format_type(atttypid, atttypmod)
    from pg_attribute
    where attrelid = sessions
      and attname = column_name);
begin
  if present_type is null then
    execute format('alter table %s add column %I %s', sessions, column_name, wanted_type);
    execute format('comment on column %s.%I is %L', sessions, column_name, 'tenant-datasource: own column');
  end if;

  -- As long as a session has to have a user, it has an organization; ours goes back where that has changed.
  if exists (select from pg_attribute where attrelid = sessions and attname = column_name and attnotnull)
    and col_description(sessions, (select attnum from pg_attribute where attrelid = sessions and attname = column_name))
      = 'tenant-datasource: own column'
    and exists (
      select
      from pg_attribute
      where attrelid = sessions
        and attname = current_setting('tenant_datasource.session_user_column')
        and not attnotnull)
  then
    execute format('alter table %s alter column %I drop not null', sessions, column_name);
  end if;
end
$add_column$;

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
  set_config('search_path', current_setting('tenant_datasource.search_path'), true)
\gset tenant_datasource_

commit;

-- === own-column/fill.sql ===

-- Step 3: fills the column of the rows that were there before, and proves that it is right everywhere. Outside of a
-- transaction, one statement at a time (they end with a line "--;"), all on one connection: rows are filled in batches,
-- each committed, with a pause in between. Can be run again after any failure; it begins where rows are still to be filled.

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
  false)
\gset tenant_datasource_
--;

select
  pg_catalog.set_config(
    'tenant_datasource.parent', pg_catalog.current_setting('tenant_datasource.users'), false),
  pg_catalog.set_config('tenant_datasource.parent_alias', 'tenant_datasource_user', false),
  pg_catalog.set_config('tenant_datasource.key', array[array[:'session_user_column', :'users_id_column']]::text, false),
  pg_catalog.set_config('tenant_datasource.compared_columns', pg_catalog.jsonb_build_array(
    pg_catalog.jsonb_build_array(pg_catalog.current_setting('tenant_datasource.table'), :'session_user_column'),
    pg_catalog.jsonb_build_array(pg_catalog.current_setting('tenant_datasource.users'), :'users_id_column'))::text, false)
\gset tenant_datasource_
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
  pg_catalog.set_config('tenant_datasource.lock_timeout', :'lock_timeout', false),
  pg_catalog.set_config('tenant_datasource.batch_pages', :'batch_pages', false),
  pg_catalog.set_config('tenant_datasource.batch_pause', :'batch_pause', false),
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
      :'session_organization_column',
      :'users_organization_column',
      pg_catalog.current_setting('tenant_datasource.users'),
      :'users_id_column',
      pg_catalog.replace(pg_catalog.current_setting('tenant_datasource.same_key'), '{row}', 'session')),
    false)
\gset tenant_datasource_
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

-- === own-column/user-index.sql ===

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
  pg_catalog.set_config('tenant_datasource.index', pg_catalog.format('%I.%I', :'sessions_schema', :'user_index'), false),
  pg_catalog.set_config('tenant_datasource.index_table', pg_catalog.format('%I.%I', :'sessions_schema', :'sessions_table'), false),
  pg_catalog.set_config('tenant_datasource.index_unique', '', false),
  pg_catalog.set_config('tenant_datasource.index_columns', pg_catalog.format('%I, %I', :'session_user_column', :'session_organization_column'), false),
  pg_catalog.set_config('tenant_datasource.index_tag', 'own column', false),
  pg_catalog.set_config('tenant_datasource.index_lock_timeout', :'lock_timeout', false)
\gset tenant_datasource_
--;

do $prepare_index_name$
begin
  perform pg_catalog.set_config('lock_timeout', pg_catalog.current_setting('tenant_datasource.index_lock_timeout'), true);
  execute pg_catalog.current_setting('tenant_datasource.prepare_index');
end
$prepare_index_name$;
--;

create index concurrently if not exists :"user_index"
  on :"sessions_schema".:"sessions_table" (:"session_user_column", :"session_organization_column")
  with (deduplicate_items = on);
--;

do $mark_the_index$
begin
  execute pg_catalog.current_setting('tenant_datasource.mark_index');
end
$mark_the_index$;

-- === own-column/newest-index.sql ===

\set column :session_created_column
select exists (
  select
  from pg_catalog.pg_attribute
  where attrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', :'sessions_schema', :'sessions_table'))
    and attname = :'column'
    and attnum > 0
    and not attisdropped)::text
\gset tenant_datasource_
\if :tenant_datasource_exists

-- An index for an organization's newest sessions, and for all of them. Outside of a transaction, one
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
  pg_catalog.set_config('tenant_datasource.index', pg_catalog.format('%I.%I', :'sessions_schema', :'newest_index'), false),
  pg_catalog.set_config('tenant_datasource.index_table', pg_catalog.format('%I.%I', :'sessions_schema', :'sessions_table'), false),
  pg_catalog.set_config('tenant_datasource.index_unique', '', false),
  pg_catalog.set_config('tenant_datasource.index_columns', pg_catalog.format('%I, %I DESC', :'session_organization_column', :'session_created_column'), false),
  pg_catalog.set_config('tenant_datasource.index_tag', 'own column', false),
  pg_catalog.set_config('tenant_datasource.index_lock_timeout', :'lock_timeout', false)
\gset tenant_datasource_
--;

do $prepare_index_name$
begin
  perform pg_catalog.set_config('lock_timeout', pg_catalog.current_setting('tenant_datasource.index_lock_timeout'), true);
  execute pg_catalog.current_setting('tenant_datasource.prepare_index');
end
$prepare_index_name$;
--;

create index concurrently if not exists :"newest_index"
  on :"sessions_schema".:"sessions_table" (:"session_organization_column", :"session_created_column" desc)
  with (deduplicate_items = on);
--;

do $mark_the_index$
begin
  execute pg_catalog.current_setting('tenant_datasource.mark_index');
end
$mark_the_index$;

\endif

-- === own-column/organization-index.sql ===

\set column :session_created_column
select exists (
  select
  from pg_catalog.pg_attribute
  where attrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', :'sessions_schema', :'sessions_table'))
    and attname = :'column'
    and attnum > 0
    and not attisdropped)::text
\gset tenant_datasource_
\if :tenant_datasource_exists \else

-- An index for an organization's sessions, where nothing says when they began. Outside of a transaction, one
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
  pg_catalog.set_config('tenant_datasource.index', pg_catalog.format('%I.%I', :'sessions_schema', :'organization_index'), false),
  pg_catalog.set_config('tenant_datasource.index_table', pg_catalog.format('%I.%I', :'sessions_schema', :'sessions_table'), false),
  pg_catalog.set_config('tenant_datasource.index_unique', '', false),
  pg_catalog.set_config('tenant_datasource.index_columns', pg_catalog.format('%I', :'session_organization_column'), false),
  pg_catalog.set_config('tenant_datasource.index_tag', 'own column', false),
  pg_catalog.set_config('tenant_datasource.index_lock_timeout', :'lock_timeout', false)
\gset tenant_datasource_
--;

do $prepare_index_name$
begin
  perform pg_catalog.set_config('lock_timeout', pg_catalog.current_setting('tenant_datasource.index_lock_timeout'), true);
  execute pg_catalog.current_setting('tenant_datasource.prepare_index');
end
$prepare_index_name$;
--;

create index concurrently if not exists :"organization_index"
  on :"sessions_schema".:"sessions_table" (:"session_organization_column")
  with (deduplicate_items = on);
--;

do $mark_the_index$
begin
  execute pg_catalog.current_setting('tenant_datasource.mark_index');
end
$mark_the_index$;

\endif

-- === own-column/expired-index.sql ===

\set column :session_expires_column
select exists (
  select
  from pg_catalog.pg_attribute
  where attrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', :'sessions_schema', :'sessions_table'))
    and attname = :'column'
    and attnum > 0
    and not attisdropped)::text
\gset tenant_datasource_
\if :tenant_datasource_exists

-- An index for clean-up. Outside of a transaction, one
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
  pg_catalog.set_config('tenant_datasource.index', pg_catalog.format('%I.%I', :'sessions_schema', :'expired_index'), false),
  pg_catalog.set_config('tenant_datasource.index_table', pg_catalog.format('%I.%I', :'sessions_schema', :'sessions_table'), false),
  pg_catalog.set_config('tenant_datasource.index_unique', '', false),
  pg_catalog.set_config('tenant_datasource.index_columns', pg_catalog.format('%I', :'session_expires_column'), false),
  pg_catalog.set_config('tenant_datasource.index_tag', 'own column', false),
  pg_catalog.set_config('tenant_datasource.index_lock_timeout', :'lock_timeout', false)
\gset tenant_datasource_
--;

do $prepare_index_name$
begin
  perform pg_catalog.set_config('lock_timeout', pg_catalog.current_setting('tenant_datasource.index_lock_timeout'), true);
  execute pg_catalog.current_setting('tenant_datasource.prepare_index');
end
$prepare_index_name$;
--;

create index concurrently if not exists :"expired_index"
  on :"sessions_schema".:"sessions_table" (:"session_expires_column")
  with (deduplicate_items = on);
--;

do $mark_the_index$
begin
  execute pg_catalog.current_setting('tenant_datasource.mark_index');
end
$mark_the_index$;

\endif

-- === own-column/policies.sql ===

begin;

-- Last step: the policies, in place of those through users if there are any: in one transaction, so that at no moment a
-- foreign row is visible. As the owner of the table.
--
-- A row's organization is its own column, which the foreign key keeps that of its user.

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
  set_config('tenant_datasource.shape', 'own column', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'),
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_organization_column'))::text, true),
  set_config('tenant_datasource.tenant_values', jsonb_build_array(
    jsonb_build_object(
      'value', 'organization_value',
      'setting', :'organization_setting',
      'table', current_setting('tenant_datasource.table'),
      'column', :'session_organization_column'),
    jsonb_build_object(
      'value', 'user_value',
      'setting', :'user_setting',
      'table', current_setting('tenant_datasource.table'),
      'column', :'session_user_column',
      'key_of', current_setting('tenant_datasource.users')))::text, true)
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

-- All that the policies read is compared.
select set_config('tenant_datasource.compared_columns', current_setting('tenant_datasource.required_columns'), false)
\gset tenant_datasource_

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
  false)
\gset tenant_datasource_

do $require_a_column_that_is_right$
begin
  if current_setting('tenant_datasource.change') <> '' then
    raise exception 'column % of table % is not filled and proven yet',
      quote_ident(current_setting('tenant_datasource.session_organization_column')), current_setting('tenant_datasource.table')
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Run the steps before this one to their end.';
  end if;
end
$require_a_column_that_is_right$;

-- The policies of a table with a column that holds the organization, for policies.sql: comes after tenant-values.sql. A row
-- without an organization equals none, so it belongs to nobody: it is shown to nobody, and cannot be written.
do $write_own_column$
declare
  rows_of_organization constant text := format(
    '%s %s %s',
    replace(current_setting('tenant_datasource.organization_value_column'), '{of}', '{row}.'),
    current_setting('tenant_datasource.organization_value_equal'),
    current_setting('tenant_datasource.organization_value'));
begin
  perform set_config('tenant_datasource.' || kind, rows_of_organization, true)
  from unnest(array['readable', 'changeable', 'deletable', 'insertable', 'writable']) as kind;
end
$write_own_column$;

select set_config('tenant_datasource.own', format(
  $$(select coalesce(current_setting(%1$L, true), '') = '') or %2$s %3$s %4$s$$,
  :'user_setting',
  replace(current_setting('tenant_datasource.user_value_column'), '{of}', '{row}.'),
  current_setting('tenant_datasource.user_value_equal'),
  current_setting('tenant_datasource.user_value')), true)
\gset tenant_datasource_

-- Where each session has a user, the column that we have added becomes NOT NULL too.
select set_config(
  'tenant_datasource.further_change',
  case when exists (
    select
    from pg_attribute as organization
    join pg_attribute as belonging on belonging.attrelid = organization.attrelid
    where organization.attrelid = current_setting('tenant_datasource.table')::regclass
      and organization.attname = current_setting('tenant_datasource.session_organization_column')
      and not organization.attnotnull
      and col_description(organization.attrelid, organization.attnum) = 'tenant-datasource: own column'
      and belonging.attname = current_setting('tenant_datasource.session_user_column')
      and belonging.attnotnull)
    then 'yes'
    else ''
  end,
  true)
\gset tenant_datasource_

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

-- Reads no row, as the constraint proves it.
do $set_not_null$
begin
  if current_setting('tenant_datasource.further_change') <> '' then
    execute format(
      'alter table %s alter column %I set not null',
      current_setting('tenant_datasource.table'), current_setting('tenant_datasource.session_organization_column'));
  end if;
end
$set_not_null$;

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

commit;
