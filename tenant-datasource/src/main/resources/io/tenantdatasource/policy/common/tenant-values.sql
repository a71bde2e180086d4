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

--if organizations_setting
    -- V_any: the organization and the further ones of organizations_setting, one a line, as a list to compare with; collected
    -- once a query, like the value. Without an organization of its own, a tenant has no further ones; nor has it, where one of
    -- these is malformed. All lines are looked at at once: for each match of an expression PostgreSQL begins to build its
    -- automaton anew, which costs more than to match another hundred lines with it.
    perform set_config('tenant_datasource.' || wanted.value || '_any', format(
      $$((select case when %1$s then array_append(
          array(
            select case when %2$s then tenant_datasource_organization::%3$s end
            from unnest(case when %4$s then string_to_array(current_setting(%5$L, true), chr(10)) end)
              as organizations (tenant_datasource_organization)),
          current_setting(%6$L, true)::%3$s)
        end)::%3$s[])$$,
      formed,
      case
        when type_name = 'uuid' then 'true'
        when value_id = 'int8'::regtype then
          'tenant_datasource_organization::numeric between -9223372036854775808 and 9223372036854775807'
        when type_name = 'numeric' then 'length(tenant_datasource_organization) <= 1002'
        when type_name = 'bpchar' then $$tenant_datasource_organization::bpchar <> ''::bpchar$$
        else $$tenant_datasource_organization <> ''$$
      end,
      value_type,
      coalesce(
        (
          select format(
            'current_setting(%L, true) ~ %L',
            current_setting('tenant_datasource.organizations_setting'),
            format('^%1$s(%2$s%1$s)*$', line, chr(10)))
          from (
            select case
              when type_name = 'uuid' then '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}'
              when value_id = 'int8'::regtype then '-?[0-9]{1,19}'
              when type_name = 'numeric' then '-?[0-9]+([.][0-9]+)?'
            end
          ) as lines (line)
          where line is not null
        ),
        'true'),
      current_setting('tenant_datasource.organizations_setting'),
      wanted.setting), true);
--end
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
