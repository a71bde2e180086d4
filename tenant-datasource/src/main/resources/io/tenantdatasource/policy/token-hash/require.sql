-- Says what stands in the way before anything is locked.
select set_config('tenant_datasource.required_columns', jsonb_build_array(
  jsonb_build_array(current_setting('tenant_datasource.table')))::text, true);

\ir ../common/require-columns.sql

do $refuse_what_was_dropped$
begin
  if exists (
    select
    from pg_attribute
    where attrelid = current_setting('tenant_datasource.table')::regclass
      and attname = current_setting('tenant_datasource.session_token_hash_column')
      and col_description(attrelid, attnum) = 'tenant-datasource: token hash; plain tokens dropped')
  then
    raise exception 'the plain tokens of table % were dropped: its hashes are all there is',
      current_setting('tenant_datasource.table')
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'There is nothing to do, and no way back.';
  end if;
end
$refuse_what_was_dropped$;

\ir ../sessions/require-token.sql
