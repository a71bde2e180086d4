-- A former version said on the trigger for inserts alone what is its own. What stands beside that trigger, with our names and
-- our text, is too.
do $adopt$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  found record;
begin
  for found in
    with former as (
      select tgfoid
      from pg_trigger
      join pg_proc on pg_proc.oid = tgfoid
      where tgrelid = sessions
        and tgname = 'user_sessions_token_hash_insert'
        and prosrc = current_setting('tenant_datasource.token_hash_body')
        and obj_description(pg_proc.oid, 'pg_proc') is null
        and obj_description(pg_trigger.oid, 'pg_trigger')
          ~ '^tenant-datasource: token hash(; column added|; token was not null|; hash was not null)*$'
    )
    select distinct 'function ' || tgfoid::regprocedure as identity, 'token hash function' as tag
    from former
    union all
    select format('trigger %I on %s', tgname, sessions), 'token hash on update'
    from pg_trigger
    join former using (tgfoid)
    where tgrelid = sessions
      and tgname = 'user_sessions_token_hash_update'
      and obj_description(oid, 'pg_trigger') is null
    union all
    select format('constraint %I on %s', conname, sessions), 'token hash check'
    from pg_constraint
    where exists (select from former)
      and conrelid = sessions
      and conname = 'user_sessions_token_hash_check'
      and contype = 'c'
      and strpos(
        pg_get_constraintdef(oid),
        format('%I = sha256(convert_to(', current_setting('tenant_datasource.session_token_hash_column'))) > 0
      and obj_description(oid, 'pg_constraint') is null
    union all
    select format('index %s', indexrelid::regclass), 'token hash key'
    from pg_index
    where exists (select from former)
      and indexrelid = to_regclass(current_setting('tenant_datasource.token_hash_key'))
      and indrelid = sessions
      and obj_description(indexrelid, 'pg_class') is null
      and pg_get_indexdef(indexrelid) ~ format('^CREATE UNIQUE INDEX .* \(%I\)$',
        current_setting('tenant_datasource.session_token_hash_column'))
  loop
    execute format('comment on %s is %L', found.identity, format('tenant-datasource: %s; ', found.tag));
  end loop;
end
$adopt$;
