-- How a policy reads a setting, as SQL text, by the type of the column that it is compared with. A setting that is unset,
-- empty or malformed is NULL, which equals nothing, and throws nothing: it is cast only in a CASE that has seen its form,
-- and only when the query runs (in a sub-select, which the planner never evaluates to estimate a cost). The sub-select is
-- evaluated once a query.
--
-- tenant_values holds objects of "value", the setting to leave the text in; "setting"; "table" and "column".
do $tenant_values$
declare
  wanted record;
  type_oid oid;
  type_name name;
begin
  for wanted in
    select *
    from jsonb_to_recordset(current_setting('tenant_datasource.tenant_values')::jsonb)
      as (value text, setting text, "table" text, "column" text)
  loop
    select atttypid
    into strict type_oid
    from pg_attribute
    where attrelid = wanted."table"::regclass
      and attname = wanted."column";

    while exists (select from pg_type where oid = type_oid and typtype = 'd') loop
      type_oid := (select typbasetype from pg_type where oid = type_oid);
    end loop;

    type_name := (
      select typname
      from pg_type
      where oid = type_oid
        and typnamespace = 'pg_catalog'::regnamespace);

    perform set_config(
      'tenant_datasource.' || wanted.value,
      case
        when type_name = 'uuid' then
          format(
            $$(select case
              when current_setting(%1$L, true) ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
              then current_setting(%1$L, true)::uuid
            end)$$,
            wanted.setting)
        -- The index on a smaller integer is used for a bigint as well. 18 digits always fit.
        when type_name in ('int2', 'int4', 'int8') then
          format(
            $$(select case
              when current_setting(%1$L, true) ~ '^-?[0-9]{1,18}$'
              then current_setting(%1$L, true)::bigint
            end)$$,
            wanted.setting)
        when type_name in ('text', 'varchar') then
          format('(select nullif(current_setting(%1$L, true), %2$L))', wanted.setting, '')
        else ''
      end,
      true);

    if current_setting('tenant_datasource.' || wanted.value) = '' then
      raise exception 'column % of table % has the type %, with which a setting cannot be compared',
        quote_ident(wanted."column"), wanted."table", format_type(type_oid, null)
        using
          errcode = 'datatype_mismatch',
          hint = 'Tenants and users are told by uuid, smallint, integer, bigint, text or varchar.';
    end if;
  end loop;
end
$tenant_values$;
