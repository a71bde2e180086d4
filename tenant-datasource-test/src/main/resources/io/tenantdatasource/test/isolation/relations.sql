-- What can hold or show rows: tables, partitioned tables, foreign tables, views and materialized views of the users' schemas.
select
  c.oid,
  n.nspname as schema,
  c.relname as name,
  c.relkind as kind,
  pg_get_userbyid(c.relowner) as owner,
  c.relrowsecurity as row_security,
  c.relforcerowsecurity as forced,
  (select i.inhparent from pg_inherits i where i.inhrelid = c.oid and c.relispartition) as parent,
  coalesce(
    (select o.option_value::boolean from pg_options_to_table(c.reloptions) o where o.option_name = 'security_invoker'),
    false
  )
  and not extended.by_triggers_or_rules as read_by_its_caller,
  extended.by_triggers_or_rules,
  pg_relation_is_updatable(c.oid, true) as updatable
from pg_class c
-- Triggers may run as their function's owner, and rules do as the relation's.
cross join lateral (
  select
    exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal)
    or exists (select from pg_rewrite r where r.ev_class = c.oid and r.ev_type <> '1') as by_triggers_or_rules
) as extended
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'f', 'v', 'm')
  and c.relpersistence <> 't'
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
  and not exists (
    select from pg_depend d
    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
  )
order by n.nspname, c.relname;
