-- Step 4: from here on each session has a hash, and may come without its token, so that an application which writes hashes
-- alone can take over from the one that writes tokens. In one transaction, as the owner of the table.

\ir ../sessions/names.sql
\ir names.sql
\ir ../common/begin.sql
\ir require.sql
\ir ../common/lock.sql
\ir require-proof.sql

do $ask_for_the_hash_instead_of_the_token$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  token_column constant text := current_setting('tenant_datasource.session_token_column');
begin
  if exists (select from pg_attribute where attrelid = sessions and attname = token_column and attnotnull) then
    -- Reads no row, as the constraint proves it.
    execute format(
      'alter table %s alter column %I set not null',
      sessions, current_setting('tenant_datasource.session_token_hash_column'));

    -- That of a primary key stays, and so has every session its token.
    if not exists (
      select
      from pg_index
      join pg_attribute on attrelid = indrelid and attnum = any (indkey)
      where indrelid = sessions
        and indisprimary
        and attname = token_column)
    then
      execute format('alter table %s alter column %I drop not null', sessions, token_column);
    end if;
  end if;
end
$ask_for_the_hash_instead_of_the_token$;

\ir ../common/end.sql
