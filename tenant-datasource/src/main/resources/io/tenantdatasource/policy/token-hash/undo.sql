-- Takes the hashes of the tokens back: the index, the constraint, the triggers and the column, if it was not there before.
-- As the owner of the table, in one transaction. Not once the plain tokens were dropped, or sessions came without one.

\ir ../sessions/names.sql
\ir names.sql
\ir ../common/begin.sql
\ir require.sql
\ir ../common/lock.sql

drop policy if exists user_sessions_fill_policy on :"sessions_schema".:"sessions_table";

do $drop_token_hash$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  token_column constant text := current_setting('tenant_datasource.session_token_column');
  hash_column constant text := current_setting('tenant_datasource.session_token_hash_column');
  remembered constant text := (
    select obj_description(oid, 'pg_trigger')
    from pg_trigger
    where tgrelid = sessions
      and tgname = 'user_sessions_token_hash_insert');
  detail text;
begin
  if remembered is null then
    return;
  end if;

  if remembered like '%; token was not null%' then
    begin
      execute format('alter table %s alter column %I set not null', sessions, token_column);
    exception
      when not_null_violation then
        raise exception 'sessions of table % have come without a token, and would be lost without their hash', sessions
          using
            errcode = 'object_not_in_prerequisite_state',
            hint = format('Delete them, or keep the hashes: delete from %s where %I is null', sessions, token_column);
    end;
  end if;

  execute format('drop index if exists %s', current_setting('tenant_datasource.token_hash_key'));
  execute format('drop trigger user_sessions_token_hash_insert on %s', sessions);
  execute format('drop trigger user_sessions_token_hash_update on %s', sessions);
  execute format('drop function %s()', current_setting('tenant_datasource.token_hash_function'));
  execute format('alter table %s drop constraint user_sessions_token_hash_check', sessions);

  if remembered like '%; column added%' then
    execute format('alter table %s drop column %I', sessions, hash_column);
  elsif remembered not like '%; hash was not null%' then
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
