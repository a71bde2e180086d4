-- Step 1: the column for the hash of the token, and what keeps it right from now on, whoever writes. In one transaction, as
-- the owner of the table. Existing rows are not touched: step 2 fills them.

\ir ../sessions/names.sql
\ir names.sql
\ir ../common/begin.sql
\ir require.sql
\ir objects.sql
\ir adopt.sql

do $refuse_what_cannot_be$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  hash_column constant text := current_setting('tenant_datasource.session_token_hash_column');
  present_type constant oid := (
    select atttypid
    from pg_attribute
    where attrelid = sessions
      and attname = hash_column
      and not attisdropped);
begin
  if (select relkind from pg_class where oid = sessions) = 'p' then
    raise exception 'table % is partitioned: no unique index on it finds a hash', sessions
      using
        errcode = 'feature_not_supported',
        hint = 'Keep the hashes of tokens in a table without partitions.';
  end if;

  if present_type <> 'bytea'::regtype then
    raise exception 'column % of table % has the type %, in which no hash is kept',
      quote_ident(hash_column), sessions, format_type(present_type, null)
      using
        errcode = 'datatype_mismatch',
        hint = 'Name another column: one that is missing is created, as bytea.';
  end if;
end
$refuse_what_cannot_be$;

\ir key-columns.sql
\ir ../common/indexes.sql
\ir ../common/refuse-taken-index.sql
\ir ../common/look.sql
\ir ../common/lock.sql

do $add_column$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  hash_column constant text := current_setting('tenant_datasource.session_token_hash_column');
begin
  if not exists (
    select
    from pg_attribute
    where attrelid = sessions
      and attname = hash_column
      and not attisdropped)
  then
    execute format('alter table %s add column %I bytea', sessions, hash_column);
  end if;
end
$add_column$;

\ir ../common/carry-out.sql
\ir ../common/end.sql
