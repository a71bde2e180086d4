-- Steps 1 and 3 to 4 in the transaction of the others, for a table that may be locked as long as that takes: a new one, a
-- small one, or one that nobody uses now. Comes after column.sql, and before policies.sql, which forces row security again.

\ir ../sessions/names.sql
\ir ../common/begin.sql
\ir ../common/lock.sql

-- The owner has to see all rows, and so has the foreign key.
do $fill_and_prove$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  users constant regclass := current_setting('tenant_datasource.users');
  users_are_forced constant boolean := row_security_active(users);
begin
  execute format('alter table %s no force row level security', sessions);
  if users_are_forced then
    execute format('alter table %s no force row level security', users);
  end if;

  -- The trigger fills in what is missing.
  execute format(
    'update %1$s set %2$I = null where %2$I is null and %3$I is not null',
    sessions,
    current_setting('tenant_datasource.session_organization_column'),
    current_setting('tenant_datasource.session_user_column'));
  set constraints all immediate;
  execute format('alter table %s validate constraint user_sessions_organization_check', sessions);
  execute format('alter table %s validate constraint user_sessions_organization_fkey', sessions);

  if users_are_forced then
    execute format('alter table %s force row level security', users);
  end if;
end
$fill_and_prove$;

do $create_indexes$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  user_column constant text := current_setting('tenant_datasource.session_user_column');
  organization_column constant text := current_setting('tenant_datasource.session_organization_column');
  created_column constant text := current_setting('tenant_datasource.session_created_column');
  expires_column constant text := current_setting('tenant_datasource.session_expires_column');
  column_names constant text[] := (
    select array_agg(attname) from pg_attribute where attrelid = sessions and attnum > 0 and not attisdropped);
begin
  execute format(
    'create index if not exists %I on %s (%I, %I)',
    current_setting('tenant_datasource.user_index'), sessions, user_column, organization_column);

  if created_column = any (column_names) then
    execute format(
      'create index if not exists %I on %s (%I, %I desc)',
      current_setting('tenant_datasource.newest_index'), sessions, organization_column, created_column);
  else
    execute format(
      'create index if not exists %I on %s (%I)',
      current_setting('tenant_datasource.organization_index'), sessions, organization_column);
  end if;

  if expires_column = any (column_names) then
    execute format(
      'create index if not exists %I on %s (%I)',
      current_setting('tenant_datasource.expired_index'), sessions, expires_column);
  end if;
end
$create_indexes$;

\ir ../common/end.sql
