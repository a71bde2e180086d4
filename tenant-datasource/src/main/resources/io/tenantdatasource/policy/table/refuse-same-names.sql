-- Policies of somebody else that have our names would be lost without a word, restrictive ones too.
do $refuse_same_names$
declare
  foreign_policies text;
begin
  select string_agg(format('%I on %s', polname, polrelid::regclass), ', ' order by polname, polrelid)
  into foreign_policies
  from pg_policy
  where polrelid = any (current_setting('tenant_datasource.protected')::oid[])
    and polname = any (array[
      'tenant_select_policy', 'tenant_insert_policy', 'tenant_update_policy', 'tenant_delete_policy', 'tenant_own_policy'])
    and not exists (
      select
      from pg_policy as ours
      where ours.polrelid = pg_policy.polrelid
        and ours.polname = 'tenant_select_policy'
        and starts_with(obj_description(ours.oid, 'pg_policy'), 'tenant-datasource: table; '));

  if foreign_policies is not null then
    raise exception 'policies of somebody else have the names of those to be created: %', foreign_policies
      using
        errcode = 'duplicate_object',
        hint = 'Drop them, or keep them under another name: alter policy … on … rename to …';
  end if;
end
$refuse_same_names$;
