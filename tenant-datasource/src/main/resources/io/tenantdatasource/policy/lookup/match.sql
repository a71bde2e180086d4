-- lookup_match: which row is looked up, as SQL text in which {of} is what qualifies the column. The value is in a setting; if
-- that is unset, empty, or no value of the column's type, it is NULL, which equals nothing, and throws nothing.
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
  facts constant jsonb := current_setting('tenant_datasource.column_facts')::jsonb
    -> current_setting('tenant_datasource.table') -> column_name;
  value constant text := format(
    $$nullif(current_setting(%L, true), '')$$, current_setting('tenant_datasource.lookup_setting'));
begin
  perform set_config('tenant_datasource.lookup_condition', case current_setting('tenant_datasource.lookup_match')
    when 'exact' then concat_ws(' ',
      current_setting('tenant_datasource.lookup_value_column'),
      current_setting('tenant_datasource.lookup_value_equal'),
      current_setting('tenant_datasource.lookup_value'))
    -- Lower case is that of the column's collation, by which its index is made as well.
    when 'ignoring case' then format(
      'lower(({of}%I)::text) = (select lower(%s collate %s))', column_name, value, facts ->> 'collation')
    when 'hash' then case (facts ->> 'type')::oid
      when 'bytea'::regtype then format($$({of}%I)::bytea = (select sha256(convert_to(%s, 'UTF8')))$$, column_name, value)
      when 'bpchar'::regtype then format(
        $$({of}%I)::bpchar = (select encode(sha256(convert_to(%s, 'UTF8')), 'hex')::bpchar)$$, column_name, value)
      else format($$({of}%I)::text = (select encode(sha256(convert_to(%s, 'UTF8')), 'hex'))$$, column_name, value)
    end
    -- An index on the secret itself is walked prefix by prefix, so how long it takes could tell how much of a guess is right. Of
    -- a hash of a guess nothing is right until all of it is; and IS NOT DISTINCT FROM is asked of no index.
    else format(
      $$hashtextextended(({of}%1$I)::text collate "C", 0) = hashtextextended(%2$s collate "C", 0)
      and ({of}%1$I)::text collate "C" is not distinct from %2$s$$,
      column_name,
      value)
  end, true);
end
$write_the_match$;
