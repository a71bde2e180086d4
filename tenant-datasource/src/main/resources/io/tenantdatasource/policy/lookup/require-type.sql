-- Which types a value is looked up in, by the way it is compared.
do $require_type$
declare
  looked_up constant regclass := pg_catalog.to_regclass(pg_catalog.current_setting('tenant_datasource.table'));
  column_name constant text := pg_catalog.current_setting('tenant_datasource.lookup_column');
  match constant text := pg_catalog.current_setting('tenant_datasource.lookup_match');
  found record;
  base record;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  select attnum, atttypid as type_id, atttypmod as type_modifier, format_type(atttypid, atttypmod) as type_name
  into found
  from pg_attribute
  where attrelid = looked_up
    and attname = column_name
    and attnum > 0
    and not attisdropped;

  if found is null then
    raise exception 'there is no table %, or it has no column %',
      current_setting('tenant_datasource.table'), quote_ident(column_name)
      using
        errcode = case when looked_up is null then 'undefined_table' else 'undefined_column' end,
        hint = 'Name others: every name is a parameter.';
  end if;

  with recursive types (type_id, modifier, kind, name) as (
    select oid, found.type_modifier, typtype, typname
    from pg_type
    where oid = found.type_id
    union all
    select base_type.oid, domain_type.typtypmod, base_type.typtype, base_type.typname
    from types
    join pg_type as domain_type on domain_type.oid = type_id and kind = 'd'
    join pg_type as base_type on base_type.oid = domain_type.typbasetype
  )
  select *
  into strict base
  from types
  where kind <> 'd';

  -- Of citext, tenant-values.sql looks whose it is. The length of a varchar or char is its typmod less four.
  if base.type_id <> all (
      case match
        when 'hash' then array['bytea', 'text', 'varchar', 'bpchar']
        when 'secret' then array['text', 'varchar', 'bpchar', 'uuid']
        when 'ignoring case' then array['text', 'varchar', 'bpchar']
        else array['uuid', 'int2', 'int4', 'int8', 'numeric', 'text', 'varchar', 'bpchar', 'name']
      end::regtype[])
      and not (match = 'exact' and base.name = 'citext')
    or match = 'hash' and base.type_id <> 'bytea'::regtype and base.modifier between 0 and 67
  then
    raise exception 'column % of table % has the type %, in which nothing is looked up this way',
      quote_ident(column_name), looked_up, found.type_name
      using
        errcode = 'datatype_mismatch',
        hint = case match
          when 'hash' then 'Keep SHA-256 as bytea, or as 64 hex digits of lower case in text, varchar or char(64).'
          when 'secret' then 'Secrets are text, varchar, char or uuid; look up hashes with byHash().'
          when 'ignoring case' then 'Upper and lower case are those of text, varchar and char; citext ignores case without this.'
          else 'A value is looked up in uuid, smallint, integer, bigint, numeric, text, varchar, char, name or citext; in '
            'bytea, by its hash.'
        end;
  end if;
end
$require_type$;
