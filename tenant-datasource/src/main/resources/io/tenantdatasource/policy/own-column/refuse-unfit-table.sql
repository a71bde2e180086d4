do $refuse_unfit_table$
declare
  sessions constant regclass := current_setting('tenant_datasource.table');
  column_name constant text := current_setting('tenant_datasource.session_organization_column');
  wanted_type constant text := (
    select format_type(atttypid, atttypmod)
    from pg_attribute
    where attrelid = current_setting('tenant_datasource.users')::regclass
      and attname = current_setting('tenant_datasource.users_organization_column'));
  present_type constant text := (
    select format_type(atttypid, atttypmod)
    from pg_attribute
    where attrelid = sessions
      and attname = column_name);
begin
  if (select relkind from pg_class where oid = sessions) = 'p' then
    raise exception 'table % is partitioned: a column cannot be added to it without long locks', sessions
      using
        errcode = 'feature_not_supported',
        hint = 'Add and fill the column by hand, with a foreign key to users (id, organization), and protect the table '
          'with TablePolicies; or use the policies through users.';
  end if;

  -- Neither the foreign key nor the triggers that keep the column right would hold for their rows.
  if exists (select from pg_inherits where inhparent = sessions) then
    raise exception 'table % has children by inheritance, whose column could not be kept right: %', sessions,
      (select string_agg(inhrelid::regclass::text, ', ' order by inhrelid) from pg_inherits where inhparent = sessions)
      using
        errcode = 'feature_not_supported',
        hint = 'Use the policies through users.';
  end if;

  if present_type <> wanted_type then
    raise exception 'column % of table % has the type %, but % has organizations of type %',
      quote_ident(column_name), sessions, present_type, current_setting('tenant_datasource.users'), wanted_type
      using
        errcode = 'datatype_mismatch',
        hint = 'Change its type, or name another column.';
  end if;
end
$refuse_unfit_table$;
