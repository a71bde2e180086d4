-- Step 4: from here on each session has a hash, and may come without its token, so that an application which writes hashes
-- alone can take over from the one that writes tokens. In one transaction, as the owner of the table.

\ir ../sessions/names.sql
\ir names.sql
\ir ../common/begin.sql
\ir require.sql
\ir require-proof.sql

-- The token of a primary key stays NOT NULL, and so has every session its token.
select
  set_config('tenant_datasource.token_is_key', coalesce(bool_or(token_is_key), false)::text, true),
  set_config('tenant_datasource.change', case when bool_or(asked_for) then 'yes' else '' end, true)
from (
  select
    attname = :'session_token_column' and is_key as token_is_key,
    attnotnull and attname = :'session_token_column' and not is_key
      or not attnotnull and attname = :'session_token_hash_column' and exists (
        select
        from pg_attribute as token
        where token.attrelid = hash_or_token.attrelid
          and token.attname = :'session_token_column'
          and token.attnotnull) as asked_for
  from pg_attribute as hash_or_token,
    lateral (
      select exists (
        select
        from pg_index
        where indrelid = attrelid
          and indisprimary
          and attnum = any (indkey)) as is_key
    ) as keys
  where attrelid = current_setting('tenant_datasource.table')::regclass
    and attname in (:'session_token_column', :'session_token_hash_column')
) as columns;

\ir ../common/lock.sql

do $ask_for_the_hash_instead_of_the_token$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  -- Reads no row, as the constraint proves it.
  execute format(
    'alter table %s alter column %I set not null',
    sessions, current_setting('tenant_datasource.session_token_hash_column'));
  if not current_setting('tenant_datasource.token_is_key')::boolean then
    execute format(
      'alter table %s alter column %I drop not null', sessions, current_setting('tenant_datasource.session_token_column'));
  end if;
end
$ask_for_the_hash_instead_of_the_token$;

\ir ../common/end.sql
