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
