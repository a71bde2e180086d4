-- Steps 2 and 3 in the transaction of the others, for a table that may be locked as long as that takes: a new one, a small
-- one, or one that nobody uses now.

\ir ../sessions/names.sql
\ir names.sql
\ir ../common/begin.sql
\ir look-for-proof.sql
\ir ../common/lock.sql

-- The owner has to see all rows.
do $fill_and_prove$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  forced constant boolean := (select relforcerowsecurity from pg_class where oid = sessions);
  unproven name;
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  execute format('alter table %s no force row level security', sessions);
  execute format(
    'update %1$s set %2$I = %3$s where %2$I is null and %4$I is not null',
    sessions,
    current_setting('tenant_datasource.session_token_hash_column'),
    format(current_setting('tenant_datasource.hashed'), '', current_setting('tenant_datasource.session_token_column')),
    current_setting('tenant_datasource.session_token_column'));
  set constraints all immediate;
  for unproven in
    select conname
    from pg_constraint
    where conrelid = sessions
      and starts_with(obj_description(oid, 'pg_constraint'), 'tenant-datasource: token hash check;')
      and not convalidated
  loop
    execute format('alter table %s validate constraint %I', sessions, unproven);
  end loop;
  if forced then
    execute format('alter table %s force row level security', sessions);
  end if;
end
$fill_and_prove$;

\ir key-columns.sql
\ir ../common/indexes.sql
\ir ../common/index-at-once.sql
\ir ../common/end.sql
