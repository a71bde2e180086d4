-- What protect.sql would do with each table, without doing any of it: what the policies say, what differs from that now, and why
-- it would refuse. Changes nothing, so a transaction that is READ ONLY will do.
\ir names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.ways', :'ways', true),
  set_config('tenant_datasource.compares', :'compares', true);

-- In one block, whose statements are planned once, however many tables there are.
do $look_at_tables$
#variable_conflict use_column
declare
  way text;
  compares constant boolean := current_setting('tenant_datasource.compares');
  looks jsonb[] := '{}';
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
\body forget-table.sql
\body write-way.sql
\body ../common/policies.sql
\body look-ups.sql
\body ../common/protected.sql
\body ../common/require-protectable.sql
      -- A role that is missing has no members who could see more.
      if exists (select from pg_roles where rolname = current_setting('tenant_datasource.role')) then
\body ../common/refuse-widening.sql
\body ../common/refuse-views.sql
      end if;
      taken := (
        select string_agg(format('policy %I on %s', polname, polrelid::regclass), ', ' order by polname, polrelid)
        from pg_policy
        where polrelid = any (current_setting('tenant_datasource.protected')::oid[])
          and polname in (
            select format('tenant_%s_policy', kind)
            from unnest(array['select', 'insert', 'update', 'delete', 'own']) as kind)
          and oid <> all (current_setting('tenant_datasource.our_policies')::oid[]));
      differing := null;
      if compares then
        if current_setting('tenant_datasource.maintenance_role') <> '' then
\body ../maintenance/wanted-rights.sql
\body ../maintenance/objects.sql
        end if;
\body ../common/differences.sql
        execute format(
          $$
            select
              array_agg(
                case
                  when kind = 'row security' then
                    replace(identity, 'row security "" on ', 'row security is not enabled and forced on ')
                  when create_statement is null then identity || ' is not needed any more'
                  when is_ours then identity || ' was changed'
                  else identity || ' is missing'
                end
                order by position, identity) filter (where differs)
            from (%s) as difference
          $$,
          current_setting('tenant_datasource.differences'))
        into differing;
      end if;

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
  perform set_config('tenant_datasource.looks', to_jsonb(looks)::text, true);
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
