-- The table, and each of its partitions and children: one that is read by its own name asks its own policies only.
with recursive family (member) as (
  select current_setting('tenant_datasource.table')::regclass::oid
  union
  select inhrelid
  from family
  join pg_inherits on inhparent = member
)
select set_config('tenant_datasource.protected', array(select member from family order by member)::text, true);
