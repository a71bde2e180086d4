\ir present-objects.sql

-- differences: what is to be done so that objects is what there is: an array of {kind, tag, name, fixed, table, create, rest,
-- each_row, call, remember, keeps}. Without table it is about each of the tables of protected. Ours is found by its tag, or,
-- where its name is fixed, by that. A name that is not fixed gives way to one that somebody else has; with a fixed one, taken
-- says so. create, rest, each_row and call are the statement's parts: create and call are for format() with the name, the table
-- and the one function that there is in objects; in each_row, {row} is the table's name alone. Without create, the object is
-- not to be there.
--
-- The comment of ours has a hash of what was asked for, however it is laid out, and of what the catalogue made of it. So neither another version of a
-- script nor a change by somebody else goes unnoticed, and what is right already is left alone. It ends with what the undo has
-- to know: what row security was like, with remember, or what keeps finds in the former one, and note has at first.
do $differences$
begin
  perform pg_catalog.set_config('tenant_datasource.differences', format($text$
    with
    asked as (
      select position, object ->> 'kind' as kind, object ->> 'tag' as tag, object ->> 'name' as name,
        coalesce((object ->> 'fixed')::boolean, false) as fixed,
        coalesce((object ->> 'remember')::boolean, false) as remember,
        object ->> 'keeps' as keeps,
        object ->> 'create' as head, object ->> 'rest' as rest, object ->> 'each_row' as each_row,
        object ->> 'call' as tail,
        pg_class.oid as relation, relname, relnamespace, relrowsecurity, relforcerowsecurity
      from jsonb_array_elements(current_setting('tenant_datasource.objects')::jsonb)
        with ordinality as objects (object, position)
      join pg_class
        on case
          when jsonb_exists(object, 'table') then pg_class.oid = (object ->> 'table')::regclass
          else pg_class.oid = any (current_setting('tenant_datasource.protected')::oid[])
        end
    ),
    present as materialized (
      select *
      from (
        select array_agg(distinct relation) as relations
        from asked
      ) as tables,
      lateral (%1$s) as present
    ),
    named as (
      select
        asked.*,
        case when fixed then asked.name else coalesce(
          (
            select present.name
            from present
            where present.kind = asked.kind
              and present.relation = asked.relation
              and starts_with(present.comment || ';', 'tenant-datasource: ' || tag || ';')
            -- A function whose trigger is gone is nobody's.
            order by present.name <> asked.name
            limit 1
          ),
          (
            select candidate
            from (
              select 0 as n, asked.name as candidate
              union all
              select n, substr(('_' || n || asked.name)::name, length('_' || n) + 1) || '_' || n
              from generate_series(1, 99) as n
            ) as candidates
            where not exists (
              select
              from present
              where present.kind = asked.kind
                and present.relation = asked.relation
                and present.name = candidate)
            order by n
            limit 1
          )) end as chosen
      from asked
    ),
    wanted as (
      select
        named.*,
        format(head, quote_ident(chosen), named.relation::regclass, function_name)
          || coalesce(rest, '')
          || coalesce(replace(each_row, '{row}', quote_ident(relname)), '')
          || coalesce(format(tail, '', '', function_name), '') as create_statement
      from named,
        lateral (
          select (
            select format('%%I.%%I', nspname, functions.chosen)
            from named as functions
            join pg_namespace on pg_namespace.oid = functions.relnamespace
            where functions.kind = 'function'
            limit 1
          ) as function_name
        ) as named_function
    ),
    compared as (
      select
        position, wanted.relation, wanted.kind, tag, create_statement, drop_statement,
        coalesce(ours, false) as is_ours,
        case wanted.kind
          when 'function' then format('function %%s.%%I()', relnamespace::regnamespace, chosen)
          else format('%%s %%I on %%s', wanted.kind, chosen, wanted.relation::regclass)
        end as identity,
        fixed and not ours as taken,
        present.comment,
        relrowsecurity and relforcerowsecurity as is_forced,
        left(encode(sha256(convert_to(
          regexp_replace(create_statement, '\s+', ' ', 'g') || coalesce(rendering, ''), 'UTF8')), 'hex'), 16) as hash,
        case when keeps is not null then
          coalesce(
            substring(present.comment from keeps),
            nullif(current_setting('tenant_datasource.note'), ''))
        when remember then concat_ws('; ',
          case when present.comment like 'tenant-datasource: %%row security was %%'
            then substring(present.comment from '; (beside \{.*\}); (?:views .*; )?row security was [a-z ]+$')
            else (
              select 'beside ' || array_agg(others.name order by others.name)::text
              from present as others
              where others.kind = 'policy'
                and others.relation = wanted.relation
                and not others.ours)
          end,
          nullif(current_setting('tenant_datasource.remembered', true), ''),
          coalesce(
            substring(present.comment from '(row security was [a-z ]+)$'),
            'row security was '
              || case
                when not relrowsecurity and relforcerowsecurity then 'off but forced'
                when not relrowsecurity then 'off'
                when relforcerowsecurity then 'forced'
                else 'on'
              end)) end as note
      from wanted
      left join present
        on present.kind = wanted.kind
        and present.relation = wanted.relation
        and present.name = chosen
    )
    select
      position, kind, identity, is_ours, coalesce(taken, false) as taken, drop_statement, create_statement,
      concat_ws('; ', 'tenant-datasource: ' || tag, '', note) as comment_at_first,
      concat_ws('; ', 'tenant-datasource: ' || tag, hash, note) as comment_in_the_end,
      case
        when kind = 'row security' then not is_forced
        when create_statement is null then is_ours
        else comment is distinct from concat_ws('; ', 'tenant-datasource: ' || tag, hash, note)
      end as differs
    from compared
    order by position, relation
  $text$, pg_catalog.replace(pg_catalog.current_setting('tenant_datasource.present_objects'), '$1', 'relations')), false);
end
$differences$;
