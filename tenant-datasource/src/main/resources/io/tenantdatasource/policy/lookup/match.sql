-- Which row is looked up, as SQL text: lookup_condition names the column alone, row_condition as that of tenant_datasource_row. The
-- value is in a setting; if that is unset, empty, or no value of the column's type, it is NULL, which equals nothing, and throws
-- nothing.
select set_config('tenant_datasource.lookup_setting', 'tenant_datasource.' || current_setting('tenant_datasource.lookup'), true);

select set_config('tenant_datasource.tenant_values', case
  when :'match' in ('exact', 'ignoring case') then jsonb_build_array(jsonb_build_object(
    'value', 'lookup_value',
    'setting', current_setting('tenant_datasource.lookup_setting'),
    'table', current_setting('tenant_datasource.table'),
    'column', :'column'))
  else '[]'
end::text, true);

\ir ../common/tenant-values.sql

do $write_the_match$
declare
  column_name constant text := current_setting('tenant_datasource.lookup_column');
  match constant text := current_setting('tenant_datasource.lookup_match');
  facts constant jsonb := current_setting('tenant_datasource.column_facts')::jsonb
    -> current_setting('tenant_datasource.table') -> column_name;
  value constant text := format(
    $$nullif(current_setting(%L, true), '')$$, current_setting('tenant_datasource.lookup_setting'));
  target record;
  compared text;
begin
  for target in
    select *
    from (values ('lookup_condition', ''), ('row_condition', 'tenant_datasource_row.')) as targets (condition, qualifier)
  loop
    compared := format('(%s%I)', target.qualifier, column_name);
    perform set_config('tenant_datasource.' || target.condition, case match
      -- The column comes with {of} in front of it.
      when 'exact' then concat_ws(' ',
        target.qualifier || substr(current_setting('tenant_datasource.lookup_value_column'), length('{of}') + 1),
        current_setting('tenant_datasource.lookup_value_equal'),
        current_setting('tenant_datasource.lookup_value'))
      -- Lower case is that of the column's collation, by which its index is made as well.
      when 'ignoring case' then format(
        'lower(%s::text) = (select lower(%s collate %s))', compared, value, facts ->> 'collation')
      when 'hash' then case (facts ->> 'type')::oid
        when 'bytea'::regtype then format($$%s::bytea = (select sha256(convert_to(%s, 'UTF8')))$$, compared, value)
        when 'bpchar'::regtype then format(
          $$%s::bpchar = (select encode(sha256(convert_to(%s, 'UTF8')), 'hex')::bpchar)$$, compared, value)
        else format($$%s::text = (select encode(sha256(convert_to(%s, 'UTF8')), 'hex'))$$, compared, value)
      end
      -- An index on the secret itself is walked prefix by prefix, so how long it takes could tell how much of a guess is right.
      -- Of a hash of a guess nothing is right until all of it is; and IS NOT DISTINCT FROM is asked of no index.
      else format(
        $$hashtextextended(%1$s::text collate "C", 0) = hashtextextended(%2$s collate "C", 0)
      and %1$s::text collate "C" is not distinct from %2$s$$,
        compared,
        value)
    end, true);
  end loop;
end
$write_the_match$;
