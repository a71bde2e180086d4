-- Steps 1 and 3 to 4 in the transaction of the others, for a table that may be locked as long as that takes: a new one, a
-- small one, or one that nobody uses now. Comes after column.sql, and before policies.sql.

\ir ../sessions/names.sql
\ir ../common/begin.sql
\ir indexes.sql
\ir ../common/indexes.sql
\ir look-for-proof.sql

select set_config('tenant_datasource.referenced_table', current_setting('tenant_datasource.users'), true);

\ir ../common/lock.sql

-- The owner has to see all rows, and so has the foreign key.
do $fill_and_prove$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  users constant regclass := current_setting('tenant_datasource.users');
  users_are_forced constant boolean := row_security_active(users);
  forced constant boolean := (select relforcerowsecurity from pg_class where oid = sessions);
  unproven name;
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

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
  for unproven in
    select conname
    from pg_constraint
    where conrelid = sessions
      and obj_description(oid, 'pg_constraint') ~ '^tenant-datasource: own column; (check|foreign key);'
      and not convalidated
    order by contype
  loop
    execute format('alter table %s validate constraint %I', sessions, unproven);
  end loop;

  if users_are_forced then
    execute format('alter table %s force row level security', users);
  end if;
  if forced then
    execute format('alter table %s force row level security', sessions);
  end if;
end
$fill_and_prove$;

do $create_indexes$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_names constant name[] := (
    select array_agg(attname) from pg_attribute where attrelid = sessions and attnum > 0 and not attisdropped);
  schema_name constant text := (
    select quote_ident(nspname)
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = sessions);
  index record;
begin
  perform set_config('tenant_datasource.index_tag', 'own column', true);

  for index in
    select *
    from jsonb_to_recordset(current_setting('tenant_datasource.indexes')::jsonb)
      as definition ("name" name, "table" text, "unique" text, "columns" text, "where" name, where_missing name)
    where "table" = current_setting('tenant_datasource.table')
      and ("where" is null or "where" = any (column_names))
      and (where_missing is null or where_missing <> all (column_names))
  loop
    perform
      set_config('tenant_datasource.index_name', index.name, true),
      set_config('tenant_datasource.index', format('%s.%I', schema_name, index.name), true),
      set_config('tenant_datasource.index_table', index."table", true),
      set_config('tenant_datasource.index_unique', index."unique", true),
      set_config('tenant_datasource.index_columns', index."columns", true);
    execute current_setting('tenant_datasource.index_at_once');
  end loop;
end
$create_indexes$;

\ir ../common/end.sql
