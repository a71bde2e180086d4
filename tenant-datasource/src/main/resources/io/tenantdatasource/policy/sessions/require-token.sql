-- The token is looked up as text, byte by byte.
do $require_a_token_that_is_text$
declare
  sessions constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'));
  column_name constant text := pg_catalog.current_setting('tenant_datasource.session_token_column');
  type_oid oid;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  type_oid := (
    select atttypid
    from pg_attribute
    where attrelid = sessions
      and attname = column_name
      and attnum > 0
      and not attisdropped);

  if type_oid is null then
    raise exception 'there is no table %, or it has no column %',
      current_setting('tenant_datasource.table'), quote_ident(column_name)
      using
        errcode = case when sessions is null then 'undefined_table' else 'undefined_column' end,
        hint = 'Name others: every name is a parameter.';
  end if;

  if type_oid <> all (array['text', 'varchar', 'bpchar', 'uuid']::regtype[]) then
    raise exception 'column % of table % has the type %, in which no token is looked up',
      quote_ident(column_name), sessions, format_type(type_oid, null)
      using
        errcode = 'datatype_mismatch',
        hint = 'Tokens are text, varchar, char or uuid.';
  end if;
end
$require_a_token_that_is_text$;
