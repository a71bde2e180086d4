-- The index by which a value is found, and which says that there is one row of it: with the equality and the collation of the
-- column, and no row left out that could have the value. Comes after compared-columns.sql.
do $require_index$
declare
  looked_up constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'));
  column_name constant text := pg_catalog.current_setting('tenant_datasource.lookup_column');
  ignores_case constant boolean := pg_catalog.current_setting('tenant_datasource.lookup_match') = 'ignoring case';
  has_several constant boolean := pg_catalog.current_setting('tenant_datasource.lookup_several') <> '';
  facts constant jsonb := pg_catalog.current_setting('tenant_datasource.column_facts')::jsonb
    -> pg_catalog.current_setting('tenant_datasource.table')
    -> pg_catalog.current_setting('tenant_datasource.lookup_column');
  column_number smallint;
  column_collation oid;
  operand oid;
  family oid;
  expressions text[];
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  select attnum, attcollation
  into strict column_number, column_collation
  from pg_attribute
  where attrelid = looked_up
    and attname = column_name;

  operand := case when ignores_case then 'text'::regtype::oid else (facts ->> 'operand')::oid end;
  family := case
    when ignores_case then (
      select opcfamily
      from pg_opclass
      join pg_am on pg_am.oid = opcmethod
      where amname = 'btree'
        and opcdefault
        and opcintype = operand)
    else (facts ->> 'family')::oid
  end;
  expressions := case
    when ignores_case then array[format('lower(%I)', column_name), format('lower((%I)::text)', column_name)]
    else array[quote_ident(column_name)]
  end;

  if not exists (
    select
    from pg_index
    join pg_class on pg_class.oid = indexrelid
    join pg_am on pg_am.oid = relam
    join pg_opclass on pg_opclass.oid = indclass[0]
    where indrelid = looked_up
      and indisvalid
      and indisready
      and (has_several or indisunique and indnkeyatts = 1)
      and case when ignores_case then indkey[0] = 0 else indkey[0] = column_number end
      and pg_get_indexdef(indexrelid, 1, false) = any (expressions)
      and indcollation[0] = column_collation
      -- What leaves out rows without the value alone, which is never looked up, leaves out nothing.
      and (
        indpred is null
        or pg_get_expr(indpred, indrelid) = any (
          select format('(%s IS NOT NULL)', expression)
          from unnest(expressions || quote_ident(column_name)) as expression))
      and exists (
        select
        from pg_amop as asked
        join pg_amop as default_one on default_one.amopopr = asked.amopopr
        where asked.amopfamily = opcfamily
          and asked.amopstrategy = case amname when 'btree' then 3 when 'hash' then 1 end
          and default_one.amopfamily = family
          and default_one.amopstrategy = 3
          and default_one.amoplefttype = operand
          and default_one.amoprighttype = operand))
  then
    raise exception 'table % has no %index by which a value of column % is found', looked_up,
      case when has_several then '' else 'unique ' end, quote_ident(column_name)
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = format(
          'Create it; one that is partial, not valid, of several columns or of another collation or operator class will not do: '
            'create %sindex concurrently on %s (%s)',
          case when has_several then '' else 'unique ' end,
          looked_up,
          expressions[1]);
  end if;
end
$require_index$;
