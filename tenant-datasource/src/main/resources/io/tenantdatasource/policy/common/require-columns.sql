-- Says what is missing before anything is locked. required_columns holds pairs of a table and a column; the column may be
-- left out.
do $require_columns$
declare
  required record;
  changed regclass;
begin
  begin
    for required in
      select pair ->> 0 as relation, to_regclass(pair ->> 0) as found, pair ->> 1 as attribute
      from jsonb_array_elements(current_setting('tenant_datasource.required_columns')::jsonb) as pair
    loop
      if required.found is null then
        raise exception 'there is no table %', required.relation
          using
            errcode = 'undefined_table',
            hint = 'Create it first, or name another one: every name is a parameter.';
      end if;
      if required.attribute is not null
        and nullif(current_setting('tenant_datasource.columns_to_come', true), '')::jsonb
          -> required.relation -> required.attribute is null
        and not exists (
          select
          from pg_attribute
          where attrelid = required.found
            and attname = required.attribute
            and attnum > 0
            and not attisdropped)
      then
        raise exception 'table % has no column %', required.relation, quote_ident(required.attribute)
          using
            errcode = 'undefined_column',
            hint = 'Name another one: every name is a parameter.';
      end if;
    end loop;
  exception
    when insufficient_privilege then
      raise exception '%', sqlerrm
        using
          errcode = 'insufficient_privilege',
          hint = format('Run this as the owner of the table, who needs it too: grant usage on schema … to %I', current_user);
  end;

  if (select relkind from pg_class where oid = current_setting('tenant_datasource.table')::regclass) not in ('r', 'p') then
    raise exception '% is not a table', current_setting('tenant_datasource.table')
      using
        errcode = 'wrong_object_type',
        hint = 'Policies are for tables; a view shows what its owner, or with security_invoker its reader, may see.';
  end if;

  foreach changed in array array_remove(array[
    current_setting('tenant_datasource.table'),
    current_setting('tenant_datasource.referenced_table', true)], '')::regclass[]
  loop
    if not pg_has_role((select relowner from pg_class where oid = changed), 'usage') then
      raise exception 'must be owner of table %', changed
        using
          errcode = 'insufficient_privilege',
          hint = format('Run this as %s.', (select relowner::regrole from pg_class where oid = changed));
    end if;
  end loop;
end
$require_columns$;
