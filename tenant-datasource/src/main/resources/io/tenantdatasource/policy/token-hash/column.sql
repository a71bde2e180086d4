-- Step 1: the column for the hash of the token, and what keeps it right from now on, whoever writes. In one transaction, as
-- the owner of the table. Existing rows are not touched: step 2 fills them.

\ir ../sessions/names.sql
\ir names.sql
\ir ../common/begin.sql
\ir require.sql
\ir ../common/lock.sql

do $refuse_partitions$
begin
  if (select relkind from pg_class where oid = current_setting('tenant_datasource.table')::regclass) = 'p' then
    raise exception 'table % is partitioned: no unique index on it finds a hash', current_setting('tenant_datasource.table')
      using
        errcode = 'feature_not_supported',
        hint = 'Keep the hashes of tokens in a table without partitions.';
  end if;
end
$refuse_partitions$;

-- A comment on the trigger remembers what the undo has to bring back.
do $add_column$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  token_column constant text := current_setting('tenant_datasource.session_token_column');
  hash_column constant text := current_setting('tenant_datasource.session_token_hash_column');
  fill_in constant text := current_setting('tenant_datasource.token_hash_function');
  remembered text := (
    select obj_description(oid, 'pg_trigger')
    from pg_trigger
    where tgrelid = sessions
      and tgname = 'user_sessions_token_hash_insert');
  present_type constant oid := (
    select atttypid
    from pg_attribute
    where attrelid = sessions
      and attname = hash_column
      and not attisdropped);
begin
  if present_type is null then
    execute format('alter table %s add column %I bytea', sessions, hash_column);
  elsif present_type <> 'bytea'::regtype then
    raise exception 'column % of table % has the type %, in which no hash is kept',
      quote_ident(hash_column), sessions, format_type(present_type, null)
      using
        errcode = 'datatype_mismatch',
        hint = 'Name another column: one that is missing is created, as bytea.';
  end if;

  remembered := coalesce(
    remembered,
    concat_ws(
      '; ',
      'tenant-datasource: token hash',
      case when present_type is null then 'column added' end,
      (
        select string_agg(
          case attname when token_column then 'token was not null' else 'hash was not null' end, '; ' order by attnum)
        from pg_attribute
        where attrelid = sessions
          and attname in (token_column, hash_column)
          and attnotnull
      )));

  execute format(
    $$create or replace function %s() returns trigger
      language plpgsql
      set search_path = pg_catalog, pg_temp
      as %L$$,
    fill_in,
    format(
      $$
begin
  new.%I := %s;
  return new;
end
$$,
      hash_column,
      format(current_setting('tenant_datasource.hashed'), 'new.', token_column)));

  execute format(
    $$create or replace trigger user_sessions_token_hash_insert
      before insert on %s
      for each row
      when (new.%I is not null)
      execute function %s()$$,
    sessions, token_column, fill_in);

  execute format(
    $$create or replace trigger user_sessions_token_hash_update
      before update on %1$s
      for each row
      when (
        new.%2$I is not null
        and (new.%2$I is distinct from old.%2$I or new.%3$I is distinct from old.%3$I or new.%3$I is null))
      execute function %4$s()$$,
    sessions, token_column, hash_column, fill_in);

  execute format('comment on trigger user_sessions_token_hash_insert on %s is %L', sessions, remembered);

  -- What is proven by this is true of all rows at all times, whatever triggers are switched off. NOT VALID, so that no row
  -- is read under the lock; new rows are checked all the same.
  if not exists (
    select from pg_constraint where conrelid = sessions and conname = 'user_sessions_token_hash_check')
  then
    execute format(
      'alter table %s add constraint user_sessions_token_hash_check check (%s) not valid',
      sessions,
      format(
        case
          when remembered like '%; token was not null%' then '%2$I is not null and (%1$I is null or %2$I = %3$s)'
          else '%1$I is null or (%2$I is not null and %2$I = %3$s)'
        end,
        token_column,
        hash_column,
        format(current_setting('tenant_datasource.hashed'), '', token_column)));
  end if;
end
$add_column$;

\ir ../common/end.sql
