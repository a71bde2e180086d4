-- What protect.sql would do with each table, without doing any of it: what the policies say, what differs from that now, and why
-- it would refuse. Changes nothing, so a transaction that is READ ONLY will do.
\ir names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.ways', :'ways', true),
  set_config('tenant_datasource.columns_to_come', :'columns_to_come', true),
  set_config('tenant_datasource.compares', :'compares', true);

-- In one block, whose statements are planned once, however many tables there are.
do $look_at_tables$
#variable_conflict use_column
declare
  way text;
  compares constant boolean := current_setting('tenant_datasource.compares');
  all_facts jsonb;
  looks jsonb[] := '{}';
  differing text[];
  differing_column text[];
  taken text;
  refusal text;
  advice text;
begin
  -- What all columns are is found at once; where one of them is refused, table by table.
  perform set_config('tenant_datasource.compared_columns', (
    select coalesce(jsonb_agg(distinct pair), '[]')
    from jsonb_array_elements(current_setting('tenant_datasource.ways')::jsonb) as one
    cross join lateral (
      select one -> 'organization'
      union all
      select pairs
      from (select one -> 'filled') as filled (by)
      cross join lateral (
        values
          (jsonb_build_array(one ->> 'table', by ->> 'session_user_column')),
          (jsonb_build_array(by ->> 'users', by ->> 'users_id_column')),
          (jsonb_build_array(by ->> 'users', by ->> 'users_organization_column'))
      ) as named (pairs)
      where jsonb_typeof(by) = 'object'
      union all
      select pairs
      from jsonb_array_elements((one -> 'parents') || (one -> 'members')) as parent
      cross join lateral (select (parent ->> 'key')::text[]) as keys (key)
      cross join generate_subscripts(key, 1) as i
      cross join lateral (
        values
          (jsonb_build_array(one ->> 'table', key[i][1])),
          (jsonb_build_array(parent ->> 'parent', key[i][2])),
          (jsonb_build_array(parent ->> 'parent', parent ->> 'column'))
      ) as named (pairs)
      where pairs ->> 1 is not null
    ) as compared (pair))::text, false);
  begin
\body ../common/compared-columns.sql
    all_facts := current_setting('tenant_datasource.column_facts');
  exception
    when others then
      null;
  end;
  perform set_config('tenant_datasource.facts_are_known', case when all_facts is not null then 'yes' else '' end, true);

--if organizations_setting
  -- What each table shows to who reads one organization. What is refused here is refused again below.
  perform set_config('tenant_datasource.own_views', '{}', true);
  for way in
    select value from jsonb_array_elements(current_setting('tenant_datasource.ways')::jsonb)
  loop
    perform
      set_config('tenant_datasource.way', way, true),
      set_config('tenant_datasource.column_facts', (
        select jsonb_object_agg(relation, all_facts -> relation)
        from (
          select way::jsonb ->> 'table'
          union
          select way::jsonb -> 'organization' ->> 0
          union
          select parent ->> 'parent'
          from jsonb_array_elements((way::jsonb -> 'parents') || (way::jsonb -> 'members')) as parent
        ) as tables (relation)
        where all_facts is not null)::text, false);
    begin
\body forget-table.sql
\body write-way.sql
    exception
      when others then
        null;
    end;
  end loop;

--end
  for way in
    select value from jsonb_array_elements(current_setting('tenant_datasource.ways')::jsonb)
  loop
--if organizations_setting
    continue when (way::jsonb -> 'known')::boolean;
--end
    perform
      set_config('tenant_datasource.way', way, true),
      set_config('tenant_datasource.column_facts', (
        select jsonb_object_agg(relation, all_facts -> relation)
        from (
          select way::jsonb ->> 'table'
          union
          select way::jsonb -> 'organization' ->> 0
          union
          select way::jsonb -> 'filled' ->> 'users'
          union
          select parent ->> 'parent'
          from jsonb_array_elements((way::jsonb -> 'parents') || (way::jsonb -> 'members')) as parent
        ) as tables (relation)
        where all_facts is not null
          and relation is not null)::text, false);
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

      if jsonb_typeof(way::jsonb -> 'filled') = 'object' then
        perform set_config('tenant_datasource.' || key, value, true)
        from jsonb_each_text(way::jsonb -> 'filled');
        -- Called as the steps call it that make the column, for the name is part of what they make.
        perform
          set_config('tenant_datasource.users', (
            select format('%I.%I', nspname, relname)
            from pg_class
            join pg_namespace on pg_namespace.oid = relnamespace
            where pg_class.oid = (way::jsonb -> 'filled' ->> 'users')::regclass), true),
          set_config('tenant_datasource.parent', way::jsonb -> 'filled' ->> 'users', false),
          set_config('tenant_datasource.parent_alias', 'tenant_datasource_user', false),
          set_config('tenant_datasource.key', array[array[
            current_setting('tenant_datasource.session_user_column'),
            current_setting('tenant_datasource.users_id_column')]]::text, false);
        if all_facts is null then
          perform set_config('tenant_datasource.compared_columns', jsonb_build_array(
            jsonb_build_array(way::jsonb ->> 'table', current_setting('tenant_datasource.session_user_column')),
            jsonb_build_array(
              way::jsonb -> 'filled' ->> 'users', current_setting('tenant_datasource.users_id_column')))::text, false);
\body ../common/compared-columns.sql
        end if;
\body ../common/same-key.sql
\body ../own-column/refuse-unfit-table.sql
\body ../own-column/refuse-unfit-parent.sql
        if compares then
\body ../own-column/objects.sql
\body ../common/differences.sql
\body look-own-column.sql
          execute format(
            $$
              select
                array_agg(
                  case when is_ours then identity || ' was changed' else identity || ' is missing' end
                  order by position, identity) filter (where differs)
              from (%s) as difference
            $$,
            current_setting('tenant_datasource.differences'))
          into differing_column;
          differing := differing || differing_column || array(
            select jsonb_array_elements_text(current_setting('tenant_datasource.own_column_differences')::jsonb));
        end if;
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
