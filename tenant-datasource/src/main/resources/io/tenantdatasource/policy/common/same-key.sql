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
