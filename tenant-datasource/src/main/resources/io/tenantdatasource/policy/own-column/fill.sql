-- Step 3: fills the column of the rows that were there before, and proves that it is right everywhere. Outside of a
-- transaction, one statement at a time (they end with a line "--;"), all on one connection: rows are filled in batches,
-- each committed, with a pause in between. Can be run again after any failure; it begins where rows are still to be filled.

\ir ../sessions/names.sql
--;

\ir ../common/take-locks.sql
--;

\ir look-for-proof.sql
--;

select
  pg_catalog.set_config(
    'tenant_datasource.parent', pg_catalog.current_setting('tenant_datasource.users'), false),
  pg_catalog.set_config('tenant_datasource.parent_alias', 'tenant_datasource_user', false),
  pg_catalog.set_config('tenant_datasource.key', array[array[:'session_user_column', :'users_id_column']]::text, false),
  pg_catalog.set_config('tenant_datasource.compared_columns', pg_catalog.jsonb_build_array(
    pg_catalog.jsonb_build_array(pg_catalog.current_setting('tenant_datasource.table'), :'session_user_column'),
    pg_catalog.jsonb_build_array(pg_catalog.current_setting('tenant_datasource.users'), :'users_id_column'))::text, false);
--;

\ir ../common/compared-columns.sql
--;

\ir ../common/same-key.sql
--;

select
  pg_catalog.set_config('tenant_datasource.lock_timeout', :'lock_timeout', false),
  pg_catalog.set_config('tenant_datasource.batch_pages', :'batch_pages', false),
  pg_catalog.set_config('tenant_datasource.batch_pause', :'batch_pause', false),
  pg_catalog.set_config('tenant_datasource.next_page', '', false),
  pg_catalog.set_config(
    'tenant_datasource.shown_tables',
    array[pg_catalog.current_setting('tenant_datasource.users'), pg_catalog.current_setting('tenant_datasource.table')]::text,
    false),
  -- The users are locked first, as the foreign key would do it after: who is moving to another organization is read as they
  -- are then.
  pg_catalog.set_config(
    'tenant_datasource.fill_statement',
    pg_catalog.format(
      $$with tenant_datasource_user as materialized (
          select %5$I, %3$I as tenant_datasource_organization
          from %4$s as tenant_datasource_user
          where exists (
            select
            from %1$s as session
            where session.ctid >= $1 and session.ctid < $2 and session.%2$I is null and %6$s)
          for key share),
        tenant_datasource_session as materialized (
          select ctid
          from %1$s
          where ctid >= $1 and ctid < $2 and %2$I is null
          for update)
        update %1$s as session
        set %2$I = tenant_datasource_user.tenant_datasource_organization
        from tenant_datasource_user, tenant_datasource_session
        where session.ctid >= $1
          and session.ctid < $2
          and session.ctid = tenant_datasource_session.ctid
          and session.%2$I is null
          and %6$s$$,
      pg_catalog.current_setting('tenant_datasource.table'),
      :'session_organization_column',
      :'users_organization_column',
      pg_catalog.current_setting('tenant_datasource.users'),
      :'users_id_column',
      pg_catalog.replace(pg_catalog.current_setting('tenant_datasource.same_key'), '{row}', 'session')),
    false);
--;

-- As where the policies through users are there.
\ir ../common/see-all.sql
--;

\ir ../common/fill.sql
--;

do $prove$
declare
  sessions constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'));
  missing bigint;
  unproven name;
begin
  if pg_catalog.current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform set_config('lock_timeout', current_setting('tenant_datasource.lock_timeout'), true);

  execute format(
    'select count(*) from %s where %I is not null and %I is null',
    sessions,
    current_setting('tenant_datasource.session_user_column'),
    current_setting('tenant_datasource.session_organization_column'))
  into missing;

  if missing > 0 then
    raise exception '% rows of table % name a row of % that does not exist, or has no organization',
      missing, sessions, pg_catalog.current_setting('tenant_datasource.users')
      using
        errcode = 'foreign_key_violation',
        hint = format(
          'Delete them, or give that one an organization, and run this step again: '
            'select * from %s where %I is not null and %I is null',
          sessions,
          current_setting('tenant_datasource.session_user_column'),
          current_setting('tenant_datasource.session_organization_column'));
  end if;

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
end
$prove$;
--;

\ir ../common/hide-again.sql
