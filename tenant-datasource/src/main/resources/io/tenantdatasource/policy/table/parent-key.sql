-- Finds the columns by which a row names its parent, and refuses those that could name several. key holds pairs of a column
-- and one of the parent's; where it is empty, they are those of the foreign key.
do $parent_key$
declare
  child constant regclass := current_setting('tenant_datasource.table');
  parent constant regclass := current_setting('tenant_datasource.parent');
  key text[] := current_setting('tenant_datasource.key');
  foreign_keys text;
  pair record;
  types text[] := '{}';
begin
  if parent = child then
    raise exception 'table % cannot be reached through itself', child
      using
        errcode = 'invalid_foreign_key',
        hint = 'Name the table that has the organization, or use the policies for a column of its own.';
  end if;
  if (select relkind from pg_class where oid = parent) not in ('r', 'p') then
    raise exception '% is not a table', parent
      using
        errcode = 'wrong_object_type',
        hint = 'Name the table itself: rows are to be checked by a key that is unique.';
  end if;

  if key = '{}' then
    select
      min(columns_of_key),
      case when count(*) > 1 then string_agg(columns_of_key, ', ' order by columns_of_key) end
    into key, foreign_keys
    from (
      select distinct (
        select array_agg(array[child_column.attname::text, parent_column.attname::text] order by i)::text
        from generate_subscripts(conkey, 1) as i
        join pg_attribute as child_column on child_column.attrelid = conrelid and child_column.attnum = conkey[i]
        join pg_attribute as parent_column on parent_column.attrelid = confrelid and parent_column.attnum = confkey[i])
      from pg_constraint
      where contype = 'f'
        and conrelid = child
        and confrelid = parent
    ) as keys (columns_of_key);

    if foreign_keys is not null then
      raise exception 'table % has several foreign keys to %: %', child, parent, foreign_keys
        using
          errcode = 'ambiguous_column',
          hint = 'Name the columns of the one that tells whose a row is.';
    end if;
    if key is null then
      raise exception 'table % has no foreign key to %', child, parent
        using
          errcode = 'undefined_object',
          hint = 'Name the columns by which a row names its parent, or add a foreign key.';
    end if;
  end if;

  -- With a key that is not unique, a row would belong to each organization that has a parent of that key.
  if not exists (
    select
    from pg_index
    where indrelid = parent
      and indisunique
      and indisvalid
      and indpred is null
      and (
        select bool_and(attname is not null and attname = any (key[:][2:2]))
        from generate_series(0, indnkeyatts - 1) as i
        left join pg_attribute on attrelid = indrelid and attnum = indkey[i] and attnum > 0))
  then
    raise exception 'there is no unique index on columns of table % among: %', parent,
      (select string_agg(quote_ident(key[i][2]), ', ' order by i) from generate_subscripts(key, 1) as i)
      using
        errcode = 'invalid_foreign_key',
        hint = 'Name a key of the parent, or make these columns one: create unique index concurrently …';
  end if;

  for pair in
    with recursive base (i, side, type_oid) as (
      select i, side, atttypid
      from generate_subscripts(key, 1) as i
      cross join (values (1, child), (2, parent)) as sides (side, relation)
      join pg_attribute on attrelid = relation and attname = key[i][side]
      union all
      select i, side, typbasetype
      from base
      join pg_type on oid = type_oid
      where typtype = 'd'
    ),
    types as (
      select i, side, pg_type.*
      from base
      join pg_type on oid = type_oid
      where typtype <> 'd'
    )
    select
      child_type.i,
      format_type(child_type.oid, -1) as child_type,
      format_type(parent_type.oid, -1) as parent_type,
      child_type.oid = parent_type.oid
        and (child_type.typnamespace = 'pg_catalog'::regnamespace or child_type.typtype = 'e')
      or child_type.typname in ('int2', 'int4', 'int8')
        and parent_type.typname in ('int2', 'int4', 'int8')
        and child_type.typnamespace = 'pg_catalog'::regnamespace
        and parent_type.typnamespace = 'pg_catalog'::regnamespace
      or child_type.typname in ('text', 'varchar')
        and parent_type.typname in ('text', 'varchar')
        and child_type.typnamespace = 'pg_catalog'::regnamespace
        and parent_type.typnamespace = 'pg_catalog'::regnamespace as comparable
    from types as child_type
    join types as parent_type on parent_type.i = child_type.i and parent_type.side = 2
    where child_type.side = 1
    order by child_type.i
  loop
    if not pair.comparable then
      raise exception 'column % of table % has the type %, which cannot be compared with % of column % of table %',
        quote_ident(key[pair.i][1]), child, pair.child_type, pair.parent_type, quote_ident(key[pair.i][2]), parent
        using
          errcode = 'datatype_mismatch',
          hint = 'Give both the same type, one of PostgreSQL''s own.';
    end if;
    types := types || pair.parent_type;
  end loop;

  perform
    set_config('tenant_datasource.key', key::text, true),
    set_config('tenant_datasource.key_types', types::text, true);
end
$parent_key$;
