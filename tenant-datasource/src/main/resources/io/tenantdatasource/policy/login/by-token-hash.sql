-- The login by the hash of the token, SHA-256 as bytes or as hex digits. As the owner of the table, in one transaction.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select set_config('tenant_datasource.required_columns', jsonb_build_array(
  jsonb_build_array(current_setting('tenant_datasource.table'), :'session_token_hash_column'))::text, true);

\ir ../common/require-columns.sql

select set_config('tenant_datasource.compared_columns', current_setting('tenant_datasource.required_columns'), false);

\ir ../common/compared-columns.sql

do $match_the_hash$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_name constant text := current_setting('tenant_datasource.session_token_hash_column');
  hash record;
begin
  select attnum, atttypid, atttypmod, format_type(atttypid, atttypmod) as type_name
  into strict hash
  from pg_attribute
  where attrelid = sessions
    and attname = column_name;

  -- The length of a varchar or char is its typmod less four.
  if hash.atttypid <> all (array['bytea', 'text', 'varchar', 'bpchar']::regtype[])
    or hash.atttypid <> 'bytea'::regtype and hash.atttypmod between 0 and 67
  then
    raise exception 'column % of table % has the type %, which holds no hash',
      quote_ident(column_name), sessions, hash.type_name
      using
        errcode = 'datatype_mismatch',
        hint = 'Keep SHA-256 as bytea, or as 64 hex digits of lower case in text, varchar or char(64).';
  end if;

  if not exists (
    select
    from pg_index
    where indrelid = sessions
      and indisunique
      and indisvalid
      and indpred is null
      and indnkeyatts = 1
      and indkey[0] = hash.attnum)
  then
    raise exception 'no unique index on column % of table % finds a hash', quote_ident(column_name), sessions
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Have the column made and filled by SessionTokenHash, or create that index concurrently.';
  end if;

  perform set_config('tenant_datasource.login_column', column_name, true);
  perform set_config(
    'tenant_datasource.login_match',
    case hash.atttypid
      when 'bytea'::regtype then $$%1$s%2$I = sha256(convert_to(%3$s, 'UTF8'))$$
      when 'bpchar'::regtype then $$%1$s%2$I = encode(sha256(convert_to(%3$s, 'UTF8')), 'hex')::bpchar$$
      else $$%1$s%2$I = encode(sha256(convert_to(%3$s, 'UTF8')), 'hex')$$
    end,
    true);
end
$match_the_hash$;

\ir index-to-drop.sql
\ir login.sql
\ir ../common/drop-index.sql
\ir ../common/end.sql
