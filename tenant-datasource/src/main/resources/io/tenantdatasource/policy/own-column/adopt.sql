-- What a former version made says nowhere that it is this library's. It is where the triggers call a function with our text,
-- which nobody else writes, and what stands beside them has our name and exactly our definition.
do $adopt$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  users constant regclass := current_setting('tenant_datasource.users');
  organization_column constant name := current_setting('tenant_datasource.session_organization_column');
  user_column constant name := current_setting('tenant_datasource.session_user_column');
  found record;
begin
  for found in
    with
    former as (
      select pg_trigger.oid, tgname, tgfoid
      from pg_trigger
      join pg_proc on pg_proc.oid = tgfoid
      where tgrelid = sessions
        and tgname in ('user_sessions_organization_insert', 'user_sessions_organization_update')
        and prosrc = current_setting('tenant_datasource.former_organization_body')
        and obj_description(pg_proc.oid, 'pg_proc') is null
        and obj_description(pg_trigger.oid, 'pg_trigger') is null
    ),
    columns as (
      select
        (select attnum from pg_attribute where attrelid = sessions and attname = user_column) as user_number,
        (select attnum from pg_attribute where attrelid = sessions and attname = organization_column) as organization_number
    )
    select distinct 'function ' || tgfoid::regprocedure as identity, 'own column; function' as tag
    from former
    union all
    select
      format('trigger %I on %s', tgname, sessions),
      case tgname
        when 'user_sessions_organization_insert' then 'own column; trigger for inserts'
        else 'own column; trigger for updates'
      end
    from former
    union all
    select
      format('constraint %I on %s', conname, sessions),
      case contype when 'f' then 'own column; foreign key' else 'own column; check' end
    from pg_constraint, columns
    where exists (select from former)
      and conrelid = sessions
      and obj_description(oid, 'pg_constraint') is null
      and case conname
        when 'user_sessions_organization_fkey' then
          contype = 'f' and confrelid = users and confupdtype = 'c' and conkey = array[user_number, organization_number]
        when 'user_sessions_organization_check' then
          contype = 'c' and regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', '') in (
            format('CHECK ((%I IS NOT NULL))', organization_column),
            format('CHECK (((%I IS NULL) = (%I IS NULL)))', user_column, organization_column))
        else false
      end
    union all
    select format('index %s', to_regclass(index_name)), 'own column'
    from jsonb_array_elements(current_setting('tenant_datasource.indexes')::jsonb) as indexes (index),
      jsonb_to_record(index) as definition ("name" text, "table" text, "unique" text, "columns" text),
      format('%I.%I',
        (
          select nspname
          from pg_class
          join pg_namespace on pg_namespace.oid = relnamespace
          where pg_class.oid = "table"::regclass
        ),
        "name") as index_name
    where exists (select from former)
      and obj_description(to_regclass(index_name), 'pg_class') is null
      and pg_get_indexdef(to_regclass(index_name))
        = format('CREATE %sINDEX %I ON %s USING btree (%s)', "unique", "name", "table", "columns")
  loop
    execute format('comment on %s is %L', found.identity, format('tenant-datasource: %s; ', found.tag));
  end loop;
end
$adopt$;
