-- Takes the hashes of the tokens back: the index, the constraint, the triggers and the column, if it was not there before.
-- As the owner of the table, in one transaction. Not once the plain tokens were dropped, or sessions came without one.

\ir ../sessions/names.sql
\ir names.sql
\ir ../common/begin.sql
\ir require.sql
\ir objects.sql
\ir adopt.sql

select
  set_config('tenant_datasource.undone', '{fill}', true),
  set_config('tenant_datasource.drop_tag', 'token hash', true),
  set_config('tenant_datasource.dropped_key', '', true);

\ir ../common/protected.sql
\ir ../common/look-for-ours.sql
\ir ../common/lock.sql
\ir ../common/drop-fill-policies.sql

do $drop_token_hash$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  token_column constant text := current_setting('tenant_datasource.session_token_column');
  hash_column constant text := current_setting('tenant_datasource.session_token_hash_column');
  remembered constant text := current_setting('tenant_datasource.note');
  flags constant text := split_part(remembered, 'constraint {', 1);
  not_null constant jsonb := substring(remembered from '(?:^|; )constraint (\{.*\})$');
  detail text;
  statements text[];
  statement text;
begin
  if current_setting('tenant_datasource.change') = '' or not exists (
    select
    from pg_trigger
    where tgrelid = sessions
      and starts_with(obj_description(oid, 'pg_trigger') || ';', 'tenant-datasource: token hash;'))
  then
    return;
  end if;

  if flags like '%token was not null%' then
    begin
      if not_null is null or exists (
        select from pg_attribute where attrelid = sessions and attname = token_column and attnotnull)
      then
        execute format('alter table %s alter column %I set not null', sessions, token_column);
      else
        execute format('alter table %s add constraint %I not null %I', sessions, not_null ->> 'name', token_column);
        execute format('comment on constraint %I on %s is %L', not_null ->> 'name', sessions, not_null ->> 'comment');
      end if;
    exception
      when not_null_violation then
        raise exception 'sessions of table % have come without a token, and would be lost without their hash', sessions
          using
            errcode = 'object_not_in_prerequisite_state',
            hint = format('Delete them, or keep the hashes: delete from %s where %I is null', sessions, token_column);
    end;
  end if;

  execute format('select array_agg(drop_statement order by position) from (%s) as dropped',
    current_setting('tenant_datasource.dropped'))
  into statements;
  foreach statement in array coalesce(statements, '{}') loop
    execute statement;
  end loop;

  if flags like '%column added%' then
    execute format('alter table %s drop column %I', sessions, hash_column);
  elsif flags not like '%hash was not null%' then
    execute format('alter table %s alter column %I drop not null', sessions, hash_column);
  end if;
exception
  when dependent_objects_still_exist then
    get stacked diagnostics detail = pg_exception_detail;
    raise exception 'the hashes of table % are still used: %', sessions, detail
      using
        errcode = 'dependent_objects_still_exist',
        hint = 'Have these use the plain token: for the login, apply SessionLogin.byToken, or undo it.';
end
$drop_token_hash$;

\ir ../common/end.sql
