-- The value is set until the function ends: it empties it, and where it fails, what fails around it takes the setting back.
-- A SET clause would do, but only for a superuser. Two rows of one value, where there is to be one, are nobody's.
do $write_lookup_function$
declare
  looked_up constant regclass := current_setting('tenant_datasource.table');
  has_several constant boolean := current_setting('tenant_datasource.lookup_several') <> '';
  result text;
  returned text;
  found text;
  rows_of_value text;
begin
  select
    format('TABLE(%s)', string_agg(quote_ident(attname) || ' ' || format_type(atttypid, null), ', ' order by position)),
    string_agg(format('tenant_datasource_row.%I', attname), ', ' order by position),
    string_agg(format('tenant_datasource_found.%I', attname), ', ' order by position)
  into result, returned, found
  from unnest(current_setting('tenant_datasource.lookup_returned')::text[]) with ordinality as names (name, position)
  join pg_attribute on attrelid = looked_up and attname = name;

  rows_of_value := format(
    'from %s as tenant_datasource_row
      where %s',
    looked_up,
    current_setting('tenant_datasource.row_condition'));

  perform set_config('tenant_datasource.function_result', result, true);
  perform set_config('tenant_datasource.create_function', format(
    $$create or replace function %s(text)
      returns %s
      language plpgsql
      strict
      security definer
      rows %s
      set search_path = pg_catalog, pg_temp
      set row_security = on
      as %L$$,
    current_setting('tenant_datasource.function'),
    result,
    case when has_several then 10 else 1 end,
    format(
      $$
begin
  if not %1$s then
    raise exception 'who asks is no member of the role that may look this up'
      using
        errcode = 'insufficient_privilege',
        hint = 'Log in, or SET ROLE, as one: the right to call the function is not enough.';
  end if;
  perform set_config(%2$L, $1, true);
  return query
    %3$s;
  perform set_config(%2$L, '', true);
end
$$,
      current_setting('tenant_datasource.lookup_asker'),
      current_setting('tenant_datasource.lookup_setting'),
      case
        when has_several then format('select %s
      %s', returned, rows_of_value)
        else format(
          'select %s
    from (
      select %s, count(*) over () as tenant_datasource_rows
      %s
    ) as tenant_datasource_found
    where tenant_datasource_rows = 1',
          found,
          returned,
          rows_of_value)
      end)), true);
end
$write_lookup_function$;
