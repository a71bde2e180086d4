-- Finds the columns by which a row names its parent. key holds pairs of a column and one of the parent's; where it is empty,
-- they are those of the foreign key.
do $parent_key$
declare
  child constant regclass := current_setting('tenant_datasource.table');
  parent constant regclass := current_setting('tenant_datasource.parent');
  key text[] := current_setting('tenant_datasource.key');
  foreign_keys text;
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

  perform set_config('tenant_datasource.key', key::text, false);
end
$parent_key$;
