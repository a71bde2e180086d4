-- This moment as SQL text, to be compared with the column that tells when a session expires. No setting of the connection
-- moves it: PostgreSQL 18 takes 'UTC' in AT TIME ZONE for whatever SET timezone = '<UTC>-14' says it is, but an interval is
-- one everywhere. It has the column's own type, so that an index on the column is used.
do $now$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_name constant text := current_setting('tenant_datasource.session_expires_column');
  type_oid oid;
begin
  select atttypid
  into strict type_oid
  from pg_attribute
  where attrelid = sessions
    and attname = column_name;

  while exists (select from pg_type where oid = type_oid and typtype = 'd') loop
    type_oid := (select typbasetype from pg_type where oid = type_oid);
  end loop;

  perform set_config(
    'tenant_datasource.now',
    case type_oid
      when 'timestamptz'::regtype then 'now()'
      when 'timestamp'::regtype then $$(now() at time zone interval '00:00')$$
      when 'int8'::regtype then $$floor(extract(epoch from now()) * 1000)::bigint$$
      else ''
    end,
    true);

  if current_setting('tenant_datasource.now') = '' then
    raise exception 'column % of table % has the type %, which does not tell when a session expires',
      quote_ident(column_name), sessions, format_type(type_oid, null)
      using
        errcode = 'datatype_mismatch',
        hint = 'Use timestamp with time zone, timestamp (taken as UTC) or bigint (milliseconds since 1970), or name '
          'another column.';
  end if;
end
$now$;
