-- Drops the plain tokens, for good: from here on there is no way back. In one transaction, as the owner of the table.

\ir ../sessions/names.sql
\ir names.sql
\ir ../common/begin.sql
\ir require.sql
\ir objects.sql
\ir adopt.sql

select
  set_config('tenant_datasource.undone', '{}', true),
  set_config('tenant_datasource.drop_tag', 'token hash', true),
  set_config('tenant_datasource.dropped_key', '', true);

\ir ../common/protected.sql
\ir ../common/look-for-ours.sql
\ir ../common/lock.sql
\ir require-proof.sql

do $drop_plain_tokens$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  token_column constant text := current_setting('tenant_datasource.session_token_column');
  detail text;
  statements text[];
  statement text;
begin
  if exists (
    select
    from pg_index
    join pg_attribute on attrelid = indrelid and attnum = any (indkey)
    where indrelid = sessions
      and indisprimary
      and attname = token_column)
  then
    raise exception 'column % is part of the primary key of table %', quote_ident(token_column), sessions
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Give the table another primary key first, such as the hash.';
  end if;

  execute format('select array_agg(drop_statement order by position) from (%s) as dropped where kind <> %L',
    current_setting('tenant_datasource.dropped'), 'index')
  into statements;
  foreach statement in array coalesce(statements, '{}') loop
    execute statement;
  end loop;
  execute format('alter table %s drop column %I', sessions, token_column);
  execute format(
    'comment on column %s.%I is %L',
    sessions,
    current_setting('tenant_datasource.session_token_hash_column'),
    'tenant-datasource: token hash; plain tokens dropped');
exception
  when dependent_objects_still_exist then
    get stacked diagnostics detail = pg_exception_detail;
    raise exception 'the plain tokens of table % are still used: %', sessions, detail
      using
        errcode = 'dependent_objects_still_exist',
        hint = 'Have these use the hash: for the login, apply SessionLogin.byTokenHash.';
end
$drop_plain_tokens$;

\ir ../common/end.sql
