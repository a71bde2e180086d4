-- The triggers that look up the rows which a policy cannot: those of the table itself, and of tables whose own policies lead
-- back to it, for which PostgreSQL would go round in circles (42P17). And those of a user of several organizations, who may
-- have left one: that is asked where the row comes to name them, and not with each later change of the row.
--
-- After the row is there, like the foreign key's own trigger, so that rows of one statement may name each other; and with it
-- at the end of the transaction, where a foreign key may be deferred. But whether a user is shown is asked before a row is there
-- that would make them a member.
do $look_ups$
declare
  way constant jsonb := current_setting('tenant_datasource.way');
  relation constant text := way ->> 'table';
  short_name constant text := (select relname from pg_class where oid = relation::regclass);
  before_it constant text := current_setting('tenant_datasource.look_ups_before');
  after_it constant text := current_setting('tenant_datasource.look_ups_after');
  function_object constant jsonb := jsonb_build_object(
    'kind', 'function',
    -- Named, for the schema has such functions of other tables, too, and one whose trigger is gone is nobody's.
    'tag', format('table; function for what %s names', relation),
    'table', relation,
    'name', short_name || '_tenant_names',
    'create', case when before_it || after_it <> '' then 'create or replace function %3$s()' end,
    'rest', format(
      $$ returns trigger
        language plpgsql
        set search_path = pg_catalog, pg_temp
        as %L$$,
      format(
        $$
begin
  if tg_when = 'BEFORE' then%s
    return new;
  else%s
    return null;
  end if;
end
$$,
        before_it,
        after_it)));
  -- A partition has the triggers of its table; a table that inherits has none of them.
  trigger_objects constant jsonb := (
    with recursive family (member) as (
      select relation::regclass::oid
      union
      select inhrelid
      from family
      join pg_inherits on inhparent = member
    )
    select jsonb_agg(
      jsonb_build_object(
        'kind', 'trigger',
        'tag', format('table; trigger for what it names, %s', moment),
        'table', member::regclass::text,
        'name', name,
        'create', case when look_ups <> '' then format(
          'create %s trigger %%1$s %s insert or update on %%2$s %s',
          case when deferred then 'constraint' end,
          moment,
          case when deferred then 'deferrable initially deferred' end) end,
        -- Which columns it asks for is part of the trigger, so that none of them can be dropped behind its back.
        'rest', format(' for each row when (%s)', (
          select string_agg(format('new.%I is not null', key[i][1]), ' or ' order by parent, i)
          from jsonb_array_elements(way -> 'parents') as parent
          cross join lateral (select (parent ->> 'key')::text[]) as keys (key)
          cross join generate_subscripts(key, 1) as i
          where (parent ->> 'by_trigger')::boolean
            and (parent ->> 'before')::boolean = (moment = 'before')
        )),
        'call', ' execute function %3$s()')
      order by member, moment)
    from family
    join pg_class on pg_class.oid = member
    cross join (
      values
        -- Triggers run by the order of their names: last, so that it sees what others make of the row.
        ('before', '~tenant_names', before_it, false),
        ('after', 'tenant_names', after_it, (way ->> 'deferrable')::boolean)
    ) as moments (moment, name, look_ups, deferred)
    where not relispartition);
begin
  -- A trigger comes after its function, and goes before it.
  perform set_config('tenant_datasource.objects', (
    current_setting('tenant_datasource.objects')::jsonb
    || case when before_it || after_it <> ''
      then jsonb_build_array(function_object) || trigger_objects
      else trigger_objects || jsonb_build_array(function_object)
    end)::text, true);
end
$look_ups$;
