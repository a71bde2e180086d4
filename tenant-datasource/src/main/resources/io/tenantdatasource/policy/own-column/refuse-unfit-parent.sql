-- What a column cannot be filled from. Comes after refuse-unfit-table.sql.
do $refuse_unfit_parent$
declare
  filled constant regclass := current_setting('tenant_datasource.table');
  parent constant regclass := current_setting('tenant_datasource.users');
  unfit record;
begin
  if (select relkind from pg_class where oid = parent) = 'p' then
    raise exception 'table % is partitioned: it cannot have a unique index on %, by which its rows could be named', parent,
      quote_ident(current_setting('tenant_datasource.users_organization_column'))
      using
        errcode = 'feature_not_supported',
        hint = format('Give %s the column by hand, or do without one.', filled);
  end if;

  if not pg_has_role((select relowner from pg_class where oid = parent), 'usage') then
    raise exception 'must be owner of table %', parent
      using
        errcode = 'insufficient_privilege',
        hint = format('Run this as %s.', (select relowner::regrole from pg_class where oid = parent));
  end if;

  -- The new foreign key does what the present one does, but cannot keep the organization that of a row which it does not know.
  select conname, pg_get_constraintdef(pg_constraint.oid) as definition
  into unfit
  from pg_constraint
  join pg_attribute on attrelid = conrelid and conkey = array[attnum]
  where contype = 'f'
    and conrelid = filled
    and confrelid = parent
    and attname = current_setting('tenant_datasource.session_user_column')
    and (confdeltype = 'd' or confupdtype in ('n', 'd'))
  order by conname
  limit 1;

  if found then
    raise exception 'foreign key % of table % sets its column to another value: %', quote_ident(unfit.conname), filled,
      unfit.definition
      using
        errcode = 'feature_not_supported',
        hint = 'Let it do something else, or do without a column for the organization.';
  end if;
end
$refuse_unfit_parent$;
