-- Refuses what row security would leave open, or cannot be had for. Comes after protected.sql.
do $require_protectable$
declare
  root constant regclass := current_setting('tenant_datasource.table');
  found record;
begin
  for found in
    select oid::regclass as name, relkind, relname, relowner
    from pg_class
    where oid = any (current_setting('tenant_datasource.protected')::oid[])
    order by oid
  loop
    if found.relkind = 'f' then
      raise exception '%, a part of table %, is a foreign table: there is no row security for those', found.name, root
        using
          errcode = 'wrong_object_type',
          hint = 'Detach it (or take away its inheritance), and have its own server protect it.';
    end if;

    if not pg_has_role(found.relowner, 'usage') then
      raise exception 'must be owner of table %, a part of table %', found.name, root
        using
          errcode = 'insufficient_privilege',
          hint = format('Give it to the owner of the whole: alter table %s owner to %s', found.name,
            (select relowner::regrole from pg_class where oid = root));
    end if;

    -- In a policy's sub-select this name would mean the table that is looked up.
    if found.relname in ('tenant_datasource_user', 'tenant_datasource_parent') then
      raise exception 'table % has the name of an alias in the policies', found.name
        using
          errcode = 'reserved_name',
          hint = 'Rename it.';
    end if;
  end loop;

  -- Who reads a partition or a child through its parent asks the parent's policies only.
  for found in
    with recursive ancestors (ancestor) as (
      select inhparent from pg_inherits where inhrelid = root
      union
      select inhparent from ancestors join pg_inherits on inhrelid = ancestor
    )
    select oid::regclass as name
    from ancestors
    join pg_class on oid = ancestor
    where not (relrowsecurity and relforcerowsecurity)
    order by oid
  loop
    raise exception 'table % is a part of table %, through which its rows would be read without a policy', root, found.name
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = format('Protect %s: that covers its partitions and children.', found.name);
  end loop;
end
$require_protectable$;
