do $require_hashes_that_are_right$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  token_hash_key constant regclass := to_regclass(current_setting('tenant_datasource.token_hash_key'));
begin
  if not exists (
      select
      from pg_constraint
      where conrelid = sessions
        and starts_with(obj_description(oid, 'pg_constraint'), 'tenant-datasource: token hash check;')
        and convalidated)
    or not exists (
      select
      from pg_index
      where indexrelid = token_hash_key
        and indrelid = sessions
        and indisunique
        and indisvalid)
  then
    raise exception 'the hashes of the tokens of table % are not filled in and proven yet', sessions
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Run the steps before this one to their end: SessionTokenHash.apply.';
  end if;
end
$require_hashes_that_are_right$;
