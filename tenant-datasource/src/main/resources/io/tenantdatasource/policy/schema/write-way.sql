-- What the policies of a table say, by the way of its rows to their organization.
--
-- way is an object of
--   table: the table;
--   column: its own column for the organization, where it has one;
--   everybodys: whether rows without an organization in it are everybody's to read;
--   organization: the pair of the table and the column that tells of which type the organization is;
--   parents: the rows that a row names, by foreign key. Each has parent and key, pairs of columns; column, the parent's own column
--     for the organization; optional, whether the row may name none; shows, whether it is a way to the organization;
--     everybodys, whether the parent has rows that are everybody's; by_trigger, whether a trigger has to look it up, and before,
--     whether it has to do so before the row is there;
--   user: the pair of the column that names the user whose own a row is, and of the users' table; or null;
--   kept: whether no tenant may delete a row;
--   members: the tables whose rows say that this one's belong to an organization: parent, key, and column as above.
--
-- A row is shown if each row that it names, and that is its way, is shown: the parent's own policies say so, or its column.
-- A row is written if every row that it names is shown.
--
-- Leaves in readable, changeable, deletable, insertable, writable and own what policies.sql takes; in look_ups_before and
-- look_ups_after, what look-ups.sql does.
do $write_way$
#variable_conflict use_column
declare
  way constant jsonb := pg_catalog.current_setting('tenant_datasource.way');
  alias constant text := 'tenant_datasource_parent';
  relation constant text := way ->> 'table';
  own_column constant text := way ->> 'column';
  everybodys constant boolean := coalesce((way ->> 'everybodys')::boolean, false);
  parent jsonb;
  is_member boolean;
  compared jsonb;
  value text;
  formed text;
  gate text;
  row_is_own text;
  names_none text;
  same_key text;
  of_organization text;
  is_shown text;
  is_own text;
  shown text[] := '{}';
  owned text[] := '{}';
  nameless text[] := '{}';
  is_optional boolean := true;
  members text[] := '{}';
  checked text[] := '{}';
  look_up text;
  key_columns text;
  look_ups_before text := '';
  look_ups_after text := '';
  readable text;
  changeable text;
  writable text;
  own text := '';
--if organizations_setting
  own_view text;
  required_view text;
  of_any text;
  read_text text;
  reads text[] := '{}';
--end
begin
  perform
    set_config('search_path', 'pg_catalog, pg_temp', true),
    set_config('tenant_datasource.table', relation, false),
    set_config('tenant_datasource.parent_alias', alias, false);

  -- All that the policies compare.
  compared := jsonb_build_array(way -> 'organization');
  for parent in
    select * from jsonb_array_elements((way -> 'parents') || (way -> 'members'))
  loop
    compared := compared
      || (
        select
          jsonb_agg(jsonb_build_array(relation, key[i][1]))
          || jsonb_agg(jsonb_build_array(parent ->> 'parent', key[i][2]))
        from (select (parent ->> 'key')::text[]) as keys (key), generate_subscripts(key, 1) as i)
      || case when jsonb_exists(parent, 'column')
        then jsonb_build_array(jsonb_build_array(parent ->> 'parent', parent ->> 'column'))
        else '[]'
      end;
  end loop;

  perform set_config(
    'tenant_datasource.required_columns', (jsonb_build_array(jsonb_build_array(relation)) || compared)::text, true);
  \body ../common/require-columns.sql
  perform set_config('tenant_datasource.compared_columns', compared::text, false);
  if current_setting('tenant_datasource.facts_are_known', true) is distinct from 'yes' then
  \body ../common/compared-columns.sql
  end if;

  perform set_config('tenant_datasource.tenant_values', jsonb_build_array(jsonb_build_object(
    'value', 'organization_value',
    'setting', current_setting('tenant_datasource.organization_setting'),
    'table', way -> 'organization' ->> 0,
    'column', way -> 'organization' ->> 1))::text, true);
  \body ../common/tenant-values.sql
  value := current_setting('tenant_datasource.organization_value');
  formed := current_setting('tenant_datasource.organization_value_formed');
  row_is_own := format(
    '%s %s %s',
    replace(current_setting('tenant_datasource.organization_value_column'), '{of}', '{row}.'),
    current_setting('tenant_datasource.organization_value_equal'),
    value);

  for parent in
    select * from jsonb_array_elements((way -> 'parents') || (way -> 'members'))
  loop
    -- Of a member's row it is the parent here that names this one.
    is_member := not jsonb_exists(parent, 'shows');
    if not is_member then
      perform
        set_config('tenant_datasource.parent', parent ->> 'parent', false),
        set_config('tenant_datasource.key', parent ->> 'key', false);
    else
      perform
        set_config('tenant_datasource.table', parent ->> 'parent', false),
        set_config('tenant_datasource.parent', relation, false),
        set_config('tenant_datasource.parent_alias', '{member}', false),
        set_config('tenant_datasource.key', (
          select array_agg(array[key[i][2], key[i][1]] order by i)::text
          from (select (parent ->> 'key')::text[]) as keys (key), generate_subscripts(key, 1) as i), false);
    end if;
    \body ../common/same-key.sql
    same_key := current_setting('tenant_datasource.same_key');
    if is_member then
      same_key := replace(replace(same_key, '{row}', alias), '{member}', '{row}');
      perform
        set_config('tenant_datasource.table', relation, false),
        set_config('tenant_datasource.parent_alias', alias, false);
    end if;

    of_organization := '';
    if jsonb_exists(parent, 'column') then
      perform set_config('tenant_datasource.tenant_values', jsonb_build_array(jsonb_build_object(
        'value', 'parents_organization',
        'setting', current_setting('tenant_datasource.organization_setting'),
        'table', parent ->> 'parent',
        'column', parent ->> 'column'))::text, true);
      \body ../common/tenant-values.sql
      of_organization := format(
        ' and %s %s %s',
        replace(current_setting('tenant_datasource.parents_organization_column'), '{of}', alias || '.'),
        current_setting('tenant_datasource.parents_organization_equal'),
        current_setting('tenant_datasource.parents_organization'));
    end if;

--if organizations_setting
    -- The parent's own policies may show rows of further organizations, but what is written names those alone which they would
    -- show to who reads one. That is said once more here, and so on up to what names the organization. In the parent's text, its
    -- own parents are called by another name, for they stand within what calls it by this one.
    read_text := same_key;
    of_any := '';
    if of_organization <> '' then
      of_any := replace(
        of_organization,
        format('%s %s', current_setting('tenant_datasource.parents_organization_equal'),
          current_setting('tenant_datasource.parents_organization')),
        format('%s any %s', current_setting('tenant_datasource.parents_organization_equal'),
          current_setting('tenant_datasource.parents_organization_any')));
    end if;
    own_view := coalesce(
      (
        with recursive family (member) as (
          select (parent ->> 'parent')::regclass::oid
          union
          select inhparent
          from family
          join pg_inherits on inhrelid = member
        )
        select views ->> member::text
        from family
        cross join (select current_setting('tenant_datasource.own_views')::jsonb) as known (views)
        where jsonb_exists(views, member::text)
        limit 1
      ),
      'false');
    same_key := format(
      '%s and (%s)', same_key, replace(replace(own_view, alias, alias || '_of'), '{row}', alias));
--end
    -- unnest is one row, of which the planner expects ten: see through-parent.sql.
    is_shown := format(
      'exists (select from %s as %s, unnest((select array[1])) as tenant_datasource_expected where %s',
      parent ->> 'parent', alias, same_key);
    is_own := is_shown || of_organization || ')';
    is_shown := case when coalesce((parent ->> 'everybodys')::boolean, false) then is_shown || ')' else is_own end;

--if organizations_setting
    read_text := format(
      'exists (select from %s as %s, unnest((select array[1])) as tenant_datasource_expected where %s%s)',
      parent ->> 'parent', alias, read_text,
      case when not coalesce((parent ->> 'everybodys')::boolean, false) then of_any end);
    if is_member then
      reads := reads || read_text;
    end if;
--end
    if is_member then
      members := members || is_own;
      continue;
    end if;

    names_none := null;
    if (parent ->> 'optional')::boolean then
      names_none := (
        select string_agg(format('{row}.%I is null', key[i][1]), ' or ' order by i)
        from (select (parent ->> 'key')::text[]) as keys (key), generate_subscripts(key, 1) as i);
      is_shown := format('(%s or %s)', names_none, is_shown);
      is_own := format('(%s or %s)', names_none, is_own);
--if organizations_setting
      read_text := format('(%s or %s)', names_none, read_text);
--end
    end if;

    if (parent ->> 'by_trigger')::boolean then
      key_columns := (
        select string_agg(format('tenant_datasource_row.%I', key[i][1]), ', ' order by i)
        from (select (parent ->> 'key')::text[]) as keys (key), generate_subscripts(key, 1) as i);
      -- Columns are those of a query's row: of a record, PL/pgSQL finds none that has the name of one of its keywords.
      look_up := format(
        $$
    if exists (
      select
      from (select new.*) as tenant_datasource_row
      where not (%s exists (
        select
        from %s as %s
        where %s)))
      and (
        tg_op = 'INSERT'
        or (select row(%s) from (select new.*) as tenant_datasource_row)
          is distinct from (select row(%s) from (select old.*) as tenant_datasource_row))
    then
      raise exception 'a row of %% names a row of %% that is not shown to who writes it', %L, %L
        using
          errcode = 'insufficient_privilege',
          hint = 'A row may name rows of its own organization alone.';
    end if;$$,
        replace(names_none, '{row}', 'tenant_datasource_row') || ' or',
        parent ->> 'parent',
        alias,
        replace(same_key, '{row}', 'tenant_datasource_row'),
        key_columns,
        key_columns,
        relation,
        parent ->> 'parent');
      if (parent ->> 'before')::boolean then
        look_ups_before := look_ups_before || look_up;
      else
        look_ups_after := look_ups_after || look_up;
      end if;
    elsif (parent ->> 'shows')::boolean then
      shown := shown || is_shown;
--if organizations_setting
      reads := reads || read_text;
      if names_none is null then
        required_view := coalesce(required_view, is_shown);
      end if;
--end
      owned := owned || is_own;
      nameless := nameless || names_none;
      is_optional := is_optional and names_none is not null;
      -- An index that is asked for what is not less than NULL returns at once: see through-parent.sql.
      if names_none is null and gate is null then
        gate := replace(nullif(current_setting('tenant_datasource.key_gate'), ''), '{formed}', formed);
      end if;
    else
      checked := checked || is_shown;
    end if;
  end loop;

  -- Nothing is looked up, and nothing is everybody's, without a tenant.
  gate := coalesce(gate, value || ' is not null');
  if own_column is not null then
    changeable := row_is_own;
    readable := case when everybodys
      then format('%s is not null and ({row}.%I is null or %s)', value, own_column, row_is_own)
      else row_is_own
    end;
  elsif members <> '{}' then
    readable := format('%s and (%s)', gate, array_to_string(members, ' or '));
    changeable := readable;
  else
    -- A row that names no parent belongs to nobody.
    if is_optional then
      shown := shown || format('not ((%s))', array_to_string(nameless, ') and ('));
      owned := owned || format('not ((%s))', array_to_string(nameless, ') and ('));
    end if;
    readable := gate || ' and ' || array_to_string(shown, ' and ');
    changeable := gate || ' and ' || array_to_string(owned, ' and ');
  end if;
  writable := array_to_string(array[changeable] || checked, ' and ');
--if organizations_setting

  -- What the rows of other tables may name is what is shown to who reads one organization. Of a row that is shown, all ways lead to
  -- one, so one that each row has is enough to tell which: with all of them, the text would grow with the power of the distance.
  perform set_config('tenant_datasource.own_views', (
    current_setting('tenant_datasource.own_views')::jsonb
    || jsonb_build_object(
      relation::regclass::oid::text,
      coalesce(gate || ' and ' || required_view, readable)))::text, true);
  if own_column is not null then
    readable := replace(
      readable,
      row_is_own,
      format(
        '%s %s any %s',
        replace(current_setting('tenant_datasource.organization_value_column'), '{of}', '{row}.'),
        current_setting('tenant_datasource.organization_value_equal'),
        current_setting('tenant_datasource.organization_value_any')));
  elsif members <> '{}' then
    readable := format('%s and (%s)', gate, array_to_string(reads, ' or '));
  else
    if is_optional then
      reads := reads || format('not ((%s))', array_to_string(nameless, ') and ('));
    end if;
    readable := gate || ' and ' || array_to_string(reads, ' and ');
  end if;
--end

  if jsonb_typeof(way -> 'user') = 'array' then
    perform set_config('tenant_datasource.tenant_values', jsonb_build_array(jsonb_build_object(
      'value', 'user_value',
      'setting', current_setting('tenant_datasource.user_setting'),
      'table', relation,
      'column', way -> 'user' ->> 0,
      'key_of', way -> 'user' ->> 1))::text, true);
    \body ../common/tenant-values.sql
    own := format(
      $$(select coalesce(current_setting(%L, true), '') = '') or %s %s %s$$,
      current_setting('tenant_datasource.user_setting'),
      replace(current_setting('tenant_datasource.user_value_column'), '{of}', '{row}.'),
      current_setting('tenant_datasource.user_value_equal'),
      current_setting('tenant_datasource.user_value'));
  end if;

  -- A user is made for all organizations that they are to belong to, so by none of these.
  perform
    set_config('tenant_datasource.readable', readable, true),
    set_config('tenant_datasource.changeable', changeable, true),
    set_config('tenant_datasource.deletable', case when (way ->> 'kept')::boolean then 'false' else changeable end, true),
    set_config('tenant_datasource.insertable', case when members = '{}' then writable else 'false' end, true),
    set_config('tenant_datasource.writable', writable, true),
    set_config('tenant_datasource.own', own, true),
    set_config('tenant_datasource.look_ups_before', look_ups_before, true),
    set_config('tenant_datasource.look_ups_after', look_ups_after, true);
end
$write_way$;
