-- What protect.sql would do with each table, without doing any of it: what the policies say, what differs from that now, and why
-- it would refuse. Changes nothing, so a transaction that is READ ONLY will do.
\ir names.sql
\ir ../common/begin.sql
\ir parts.sql

select set_config('tenant_datasource.refuse_widening', $refuse_widening_text$
\ir ../common/refuse-widening.sql
$refuse_widening_text$, true);

select set_config('tenant_datasource.refuse_views', $refuse_views_text$
\ir ../common/refuse-views.sql
$refuse_views_text$, true);

select set_config('tenant_datasource.maintenance_objects', $maintenance_objects_text$
\ir ../maintenance/wanted-rights.sql
\ir ../maintenance/objects.sql
$maintenance_objects_text$, true);

select set_config('tenant_datasource.look_at_table', $look_at_table_text$
\ir look-at-table.sql
$look_at_table_text$, true);

select set_config('tenant_datasource.ways', :'ways', true);

do $look_at_tables$
declare
  way text;
  looks jsonb := '[]';
  differing text[];
  taken text;
  refusal text;
  advice text;
begin
  for way in
    select value from jsonb_array_elements(current_setting('tenant_datasource.ways')::jsonb)
  loop
    perform set_config('tenant_datasource.way', way, true);
    begin
      execute current_setting('tenant_datasource.look_at_table');
      execute format(
        $$
          select
            array_agg(
              case
                when taken then format('%%s is somebody else''s', identity)
                when kind = 'row security' then replace(identity, 'row security "" on ', 'row security is not enabled and forced on ')
                when create_statement is null then identity || ' is not needed any more'
                when is_ours then identity || ' was changed'
                else identity || ' is missing'
              end
              order by position, identity) filter (where differs or taken),
            string_agg(identity, ', ' order by identity) filter (where taken)
          from (%s) as difference
        $$,
        current_setting('tenant_datasource.differences'))
      into differing, taken;

      looks := looks || jsonb_build_object(
        'table', way::jsonb ->> 'name',
        'readable', current_setting('tenant_datasource.readable'),
        'changeable', current_setting('tenant_datasource.changeable'),
        'writable', current_setting('tenant_datasource.writable'),
        'differences', coalesce(to_jsonb(differing), '[]'),
        'refusal', 'somebody else has given the names of those to be created to: ' || taken,
        'advice', case when taken is not null
          then 'Drop them, or keep them under another name: alter policy … on … rename to …' end);
    exception
      when others then
        get stacked diagnostics advice = pg_exception_hint;
        looks := looks || jsonb_build_object(
          'table', way::jsonb ->> 'name', 'differences', '[]'::jsonb, 'refusal', sqlerrm, 'advice', advice);
    end;
  end loop;
  perform set_config('tenant_datasource.looks', looks::text, true);
end
$look_at_tables$;

select
  "table" as name,
  readable,
  changeable,
  writable,
  array(select jsonb_array_elements_text(differences)) as differences,
  refusal,
  advice
from jsonb_to_recordset(current_setting('tenant_datasource.looks')::jsonb)
  as looks ("table" text, readable text, changeable text, writable text, differences jsonb, refusal text, advice text);
