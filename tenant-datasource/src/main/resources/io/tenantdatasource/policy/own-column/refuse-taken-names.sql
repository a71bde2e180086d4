-- Names that cannot give way: those of the policies, and of indexes, which are created IF NOT EXISTS. The steps that create
-- them look again.
do $refuse_taken_policy_names$
declare
  taken text;
begin
  select string_agg(format('policy %I on %s', polname, polrelid::regclass), ', ' order by polname, polrelid)
  into taken
  from pg_policy
  where polrelid = any (current_setting('tenant_datasource.protected')::oid[])
    and polname in (
      select format('%s_%s_policy', current_setting('tenant_datasource.policy_prefix'), kind)
      from unnest(array['select', 'insert', 'update', 'delete', 'own']) as kind)
    and oid <> all (current_setting('tenant_datasource.our_policies')::oid[]);

  if taken is not null then
    raise exception 'somebody else has given the names of those to be created to: %', taken
      using
        errcode = 'duplicate_object',
        hint = 'Drop them, or keep them under another name: alter policy … on … rename to …';
  end if;
end
$refuse_taken_policy_names$;

do $refuse_taken_index_names$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_names constant name[] := (
    select array_agg(attname) from pg_attribute where attrelid = sessions and attnum > 0 and not attisdropped);
  index record;
begin
  perform set_config('tenant_datasource.index_only_look', 'yes', true);
  for index in
    select *
    from jsonb_to_recordset(current_setting('tenant_datasource.indexes')::jsonb)
      as definition ("name" name, "table" text, "unique" text, "columns" text, "where" name, where_missing name)
    where ("where" is null or "where" = any (column_names))
      and (where_missing is null or where_missing <> all (column_names))
  loop
    perform
      set_config('tenant_datasource.index', format('%s.%I',
        (
          select quote_ident(nspname)
          from pg_class
          join pg_namespace on pg_namespace.oid = relnamespace
          where pg_class.oid = index."table"::regclass
        ),
        index.name), true),
      set_config('tenant_datasource.index_table', index."table", true),
      set_config('tenant_datasource.index_unique', index."unique", true),
      set_config('tenant_datasource.index_columns', index."columns", true);
    execute current_setting('tenant_datasource.prepare_index');
  end loop;
  perform set_config('tenant_datasource.index_only_look', '', true);
end
$refuse_taken_index_names$;
