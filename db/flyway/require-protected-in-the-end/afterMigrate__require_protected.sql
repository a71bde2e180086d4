-- A callback: Flyway runs it once all migrations are done and committed, pending or not.
--
-- Generated from tenant-datasource's resources.

-- Refuses to go on where something shows the role that serves requests rows that the policies of tenant-datasource hide: a new table,
-- partition or view, a function with SECURITY DEFINER, a policy beside ours. Run it after migrations, in their transaction if there is
-- one. It changes nothing, and passes where nothing is protected. What is meant to be shown is accepted by its name, with the schema:
-- set tenant_datasource.accept = 'public.countries; public.search(text)'.
do $require_protected$
declare
  path constant text := pg_catalog.current_setting('search_path');
  known constant text[] := '{}';
  identities text[];
  openings text;
  advice text;
begin
  -- Nothing below means an object that somebody else put in front of PostgreSQL's own.
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

  with recursive
  -- Of whom and with what exposed.sql asks in scripts: the roles that our policies are for, and whoever may become one of them.
  -- Since PostgreSQL 16 who creates a role is a member of it that neither inherits its rights nor may assume it.
  serving_role (role_id) as materialized (
    select distinct granted.role_id
    from pg_catalog.pg_policy as policy
    join pg_catalog.pg_description as description
      on description.objoid = policy.oid
      and description.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass
    cross join lateral pg_catalog.unnest(policy.polroles) as granted (role_id)
    where description.description ~ '^tenant-datasource: (table|through users|own column); '
  ),

  reader (reader_id) as materialized (
    select role.oid
    from pg_catalog.pg_roles as role
    where not role.rolsuper
      and not role.rolbypassrls
      and exists (
        select
        from serving_role
        where case
          when role_id = 0 then true
          else pg_catalog.pg_has_role(
            role.oid,
            role_id,
            case when pg_catalog.current_setting('server_version_num')::integer >= 160000 then 'usage, set' else 'member' end)
        end)
  ),

  -- What may show what it shows: names with their schemas, separated by semicolons, in tenant_datasource.accept, which is the user's,
  -- and in accepted_by_guard. They are compared by what they mean now: a name that means nothing accepts nothing.
  accepted (class_id, object_id) as materialized (
    select
      case when name ~ '[)]$'
        then 'pg_catalog.pg_proc'::pg_catalog.regclass
        else 'pg_catalog.pg_class'::pg_catalog.regclass
      end,
      case when name ~ '[)]$'
        then pg_catalog.to_regprocedure(name)::oid
        else pg_catalog.to_regclass(name)::oid
      end
    from pg_catalog.regexp_split_to_table(
      pg_catalog.concat_ws(
        ';',
        pg_catalog.current_setting('tenant_datasource.accept', true),
        pg_catalog.current_setting('tenant_datasource.accepted_by_guard', true)),
      '[[:space:]]*;[[:space:]]*') as name
    where name <> ''
  ),

  named_column (name) as (
    select null::name
    where false
  ),

  -- What shows a reader rows that our policies hide: exposed (rule, class_id, object_id, policy_id, object, mend). Comes in a WITH
  -- RECURSIVE after reader (reader_id), whom it must not be shown to; accepted (class_id, object_id), what may show it; and
  -- named_column (name), what the column of an organization is called besides the ones that our policies compare.
  --
  -- Ours by the marks of their comments. A look-up, log-in, clean-up or maintenance policy alone protects no table.
  our_policy (policy_id, relation_id, is_for_tenants) as materialized (
    select
      policy.oid,
      policy.polrelid,
      description.description ~ '^tenant-datasource: (table|through users|own column); '
    from pg_catalog.pg_policy as policy
    join pg_catalog.pg_description as description
      on description.objoid = policy.oid
      and description.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass
    where pg_catalog.starts_with(description.description, 'tenant-datasource: ')
  ),

  guarded (relation_id) as materialized (
    select distinct relation_id
    from our_policy
    where is_for_tenants
  ),

  -- A partition or child that is read by its own name asks its own policies only.
  hidden (relation_id) as (
    select relation_id from guarded
    union
    select inherits.inhrelid
    from hidden
    join pg_catalog.pg_inherits as inherits on inherits.inhparent = hidden.relation_id
  ),

  open_table (relation_id) as (
    select relation_id
    from hidden
    join pg_catalog.pg_class on oid = relation_id
    where not relrowsecurity
  ),

  kept_policy (policy_id) as (
    select policy_id from our_policy
  ),

  -- Which views show rows of hidden (relation_id) beyond the policies, and why: shown (relation_id, description). The policies of
  -- kept_policy (policy_id) show nobody more than they should; of open_table (relation_id) every view shows all rows.
  --
  -- A view reads with its owner's rights, so one whose owner no policy binds shows everybody all rows; one with security_invoker
  -- reads with those of whoever runs the query, also where another view reads it (CREATE VIEW, "Notes"). A materialized view is a
  -- copy, for which there are no policies. A rule other than a view's own acts with its owner's rights always (chapter "Rules and
  -- Privileges").
  reads (rule_id, rule_name, is_select, relation_id, kind, owner_id, is_invoker, read_id) as materialized (
    select distinct
      rewrite.oid, rewrite.rulename, rewrite.ev_type = '1', rewrite.ev_class, class.relkind, class.relowner,
      class.relkind = 'v' and rewrite.ev_type = '1' and exists (
        select
        from pg_catalog.pg_options_to_table(class.reloptions)
        where option_name = 'security_invoker'
          and option_value::boolean),
      depend.refobjid
    from pg_catalog.pg_depend as depend
    join pg_catalog.pg_rewrite as rewrite on rewrite.oid = depend.objid
    join pg_catalog.pg_class as class on class.oid = rewrite.ev_class
    where depend.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
      and depend.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and depend.refobjid <> rewrite.ev_class
  ),

  copies (relation_id) as (
    select relation_id from hidden
    union
    select reads.relation_id
    from copies
    join reads on reads.read_id = copies.relation_id
    where reads.is_select
  ),

  exposing (relation_id, description) as (
    select
      reads.relation_id,
      case when reads.is_select
        then pg_catalog.format(
          'view %s of %s', reads.relation_id::pg_catalog.regclass, reads.owner_id::pg_catalog.regrole)
        else pg_catalog.format(
          'rule %I on %s of %s',
          reads.rule_name, reads.relation_id::pg_catalog.regclass, reads.owner_id::pg_catalog.regrole)
      end
    from reads
    join hidden on hidden.relation_id = reads.read_id
    join pg_catalog.pg_roles as view_owner on view_owner.oid = reads.owner_id
    where reads.kind <> 'm'
      and not reads.is_invoker
      and (
        view_owner.rolsuper
        or view_owner.rolbypassrls
        or reads.read_id in (select relation_id from open_table)
        or exists (
          select
          from pg_catalog.pg_policy as policy
          cross join lateral pg_catalog.unnest(policy.polroles) as granted (role_id)
          where policy.polrelid = reads.read_id
            and policy.polpermissive
            and policy.oid not in (select policy_id from kept_policy)
            and (granted.role_id = 0 or pg_catalog.pg_has_role(reads.owner_id, granted.role_id, 'usage'))))
    union
    select class.oid, pg_catalog.format('materialized view %s', class.oid::pg_catalog.regclass)
    from copies
    join pg_catalog.pg_class as class on class.oid = copies.relation_id
    where class.relkind = 'm'
  ),

  -- A view that reads another one reads it with its owner's rights as well.
  shown (relation_id, description) as (
    select relation_id, description
    from exposing
    union
    select reads.relation_id, shown.description
    from shown
    join reads on reads.read_id = shown.relation_id
    where reads.is_select
      and not reads.is_invoker
  ),

  -- What our policies compare: a column of that name and type elsewhere says whose a row is as well. A table's own key does not.
  compared_column (name, type_id) as (
    select distinct attribute.attname, attribute.atttypid
    from our_policy
    join pg_catalog.pg_policy as policy on policy.oid = our_policy.policy_id
    -- By its first index, whatever statistics say of a catalogue that has just grown.
    cross join lateral (
      select depend.refobjid, depend.refobjsubid
      from pg_catalog.pg_depend as depend
      where depend.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
        and depend.objid = policy.oid
        and depend.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      offset 0
    ) as used
    join pg_catalog.pg_attribute as attribute
      on attribute.attrelid = used.refobjid
      and attribute.attnum = used.refobjsubid
    where our_policy.is_for_tenants
      and used.refobjid = policy.polrelid
      and policy.polpermissive
      and policy.polcmd in ('r', '*')
      and not exists (
        select
        from pg_catalog.pg_index as key
        where key.indrelid = policy.polrelid
          and key.indisprimary
          and key.indnkeyatts = 1
          and key.indkey[0] = attribute.attnum)
    union
    select named_column.name, null
    from named_column
  ),

  -- A look-up may be there before the table is protected: it is for the owner, and keeps nobody apart.
  protecting (relation_id) as (
    select polrelid
    from pg_catalog.pg_policy
    where (pg_catalog.obj_description(oid, 'pg_policy') ~ '^tenant-datasource: lookup_') is not true
  ),

  -- No policy binds them: what runs as they shows everything. Since row security is forced, an owner of the tables is bound.
  unbound_owner (role_id) as (
    select oid
    from pg_catalog.pg_roles
    where rolsuper
      or rolbypassrls
  ),

  candidate (rule, class_id, object_id, policy_id, policy_name, mend) as (
    select
      'partition-without-row-security',
      'pg_catalog.pg_class'::pg_catalog.regclass,
      hidden.relation_id,
      null::oid,
      null::name,
      null::text
    from hidden
    join pg_catalog.pg_class as class on class.oid = hidden.relation_id
    where not class.relrowsecurity
      and class.oid not in (select relation_id from guarded)

    union all
    select
      'policy-without-row-security',
      'pg_catalog.pg_class'::pg_catalog.regclass,
      class.oid,
      null,
      null,
      'alter table {} enable row level security, force row level security;'
    from pg_catalog.pg_class as class
    where not class.relrowsecurity
      and class.oid in (select relation_id from protecting)

    union all
    select
      'row-security-not-forced',
      'pg_catalog.pg_class'::pg_catalog.regclass,
      class.oid,
      null,
      null,
      'alter table {} force row level security;'
    from guarded
    join pg_catalog.pg_class as class on class.oid = guarded.relation_id
    where class.relrowsecurity
      and not class.relforcerowsecurity

    -- Permissive policies are joined by OR.
    union all
    select
      'policy-that-widens',
      'pg_catalog.pg_class'::pg_catalog.regclass,
      policy.polrelid,
      policy.oid,
      policy.polname,
      null
    from hidden
    join pg_catalog.pg_policy as policy on policy.polrelid = hidden.relation_id
    where policy.polpermissive
      and policy.oid not in (select policy_id from our_policy)
      and exists (
        select
        from reader
        cross join lateral pg_catalog.unnest(policy.polroles) as granted (role_id)
        where granted.role_id = 0
          or pg_catalog.pg_has_role(reader.reader_id, granted.role_id, 'member'))

    union all
    select distinct
      case when class.relkind = 'm' then 'materialized-view-of-hidden-rows' else 'view-that-shows-hidden-rows' end,
      'pg_catalog.pg_class'::pg_catalog.regclass,
      class.oid,
      null::oid,
      null::name,
      case when class.relkind = 'v' then 'alter view {} set (security_invoker = true);' end
    from shown
    join pg_catalog.pg_class as class on class.oid = shown.relation_id

    -- As a trigger it shows its caller no more than the caller's own row.
    union all
    select
      'definer-function-that-is-not-bound',
      'pg_catalog.pg_proc'::pg_catalog.regclass,
      routine.oid,
      null,
      null,
      null
    from pg_catalog.pg_proc as routine
    where routine.prosecdef
      and routine.proowner in (select role_id from unbound_owner)
      and routine.prorettype not in ('trigger'::pg_catalog.regtype, 'event_trigger'::pg_catalog.regtype)
      and exists (select from guarded)
      and (pg_catalog.obj_description(routine.oid, 'pg_proc') ~ '^tenant-datasource: ') is not true

    union all
    select distinct
      -- A key to a protected table may have the name and type of a column that policies compare, for that one leads there, too.
      case when key.conrelid is null
        then 'organization-column-without-row-security'
        else 'foreign-key-without-row-security'
      end,
      'pg_catalog.pg_class'::pg_catalog.regclass,
      class.oid,
      null::oid,
      null::name,
      null::text
    from pg_catalog.pg_class as class
    left join (
      pg_catalog.pg_attribute as attribute
      join compared_column
        on compared_column.name = attribute.attname
        and coalesce(compared_column.type_id, attribute.atttypid) = attribute.atttypid)
      on attribute.attrelid = class.oid
      and (
        compared_column.type_id is null
        or class.relnamespace in (
          select relnamespace
          from guarded
          join pg_catalog.pg_class on oid = relation_id))
      and attribute.attnum > 0
      and not attribute.attisdropped
    left join (
      select distinct conrelid
      from pg_catalog.pg_constraint
      where contype = 'f'
        and confrelid in (select relation_id from guarded)
    ) as key on key.conrelid = class.oid
    where class.relkind in ('r', 'p', 'f')
      and not class.relrowsecurity
      and class.oid not in (select relation_id from hidden)
      and (
        compared_column.name is not null
        or key.conrelid is not null)
  ),

  -- Of those, what a reader may use, and nobody has accepted. Temporary tables are the session's own, and what belongs to an
  -- extension is the extension's.
  exposed (rule, class_id, object_id, policy_id, object, mend) as (
    select
      candidate.rule,
      candidate.class_id,
      candidate.object_id,
      candidate.policy_id,
      pg_catalog.concat(pg_catalog.quote_ident(candidate.policy_name) || ' on ', named.object),
      pg_catalog.replace(candidate.mend, '{}', named.object)
    from candidate
    left join pg_catalog.pg_class as class
      on candidate.class_id = 'pg_catalog.pg_class'::pg_catalog.regclass
      and class.oid = candidate.object_id
    left join pg_catalog.pg_proc as routine
      on candidate.class_id = 'pg_catalog.pg_proc'::pg_catalog.regclass
      and routine.oid = candidate.object_id
    join pg_catalog.pg_namespace as namespace on namespace.oid = coalesce(class.relnamespace, routine.pronamespace)
    cross join lateral (
      select pg_catalog.concat(
        pg_catalog.format('%I.%I', namespace.nspname, coalesce(class.relname, routine.proname)),
        case when routine.oid is not null then '(' || (
          select coalesce(pg_catalog.string_agg(pg_catalog.format_type(type_id, null), ', ' order by position), '')
          from pg_catalog.unnest(routine.proargtypes::oid[]) with ordinality as argument (type_id, position)
        ) || ')' end) as object
    ) as named
    where namespace.nspname !~ '^pg_'
      and namespace.nspname <> 'information_schema'
      and not exists (
        select
        from pg_catalog.pg_depend as depend
        where depend.classid = candidate.class_id
          and depend.objid = candidate.object_id
          and depend.deptype = 'e')
      -- What is protected cannot be accepted: mend it, or undo the policies.
      and (
        class.oid in (select relation_id from hidden)
        or not exists (
          select
          from accepted
          where accepted.class_id = candidate.class_id
            and accepted.object_id = candidate.object_id))
      and exists (
        select
        from reader
        where pg_catalog.has_schema_privilege(reader.reader_id, namespace.oid, 'usage')
          and case
            when class.oid is not null then
              pg_catalog.has_any_column_privilege(reader.reader_id, class.oid, 'select, insert, update')
              or pg_catalog.has_table_privilege(reader.reader_id, class.oid, 'delete')
            else pg_catalog.has_function_privilege(reader.reader_id, routine.oid, 'execute')
          end)
  )

  -- All that is exposed, by what it is, and in words what is not among known.
  select
    array_agg(identity),
    string_agg(format('%s (%s)', object, rule), ', ' order by object) filter (where identity <> all (known)),
    concat_ws(
      ' ',
      'Run: ' || string_agg(mend, ' ' order by object) filter (where identity <> all (known)),
      string_agg(
        distinct case rule
          when 'partition-without-row-security' then
            'Apply the policies of the whole table again, which protects the partition too, or revoke the rights on the partition.'
          when 'materialized-view-of-hidden-rows' then
            'A materialized view is a copy, for which there are no policies: revoke the rights of who serves requests.'
          when 'definer-function-that-is-not-bound' then
            'What a function with SECURITY DEFINER reads cannot be told: revoke execute on it from public and from who serves '
            'requests, give it to an owner whom policies bind, or accept it.'
          when 'policy-that-widens' then
            'Drop the policy, make it restrictive, or grant it to a role that nobody who serves requests is a member of.'
          when 'foreign-key-without-row-security' then
            'Protect the table before it is granted to who serves requests, or accept it.'
          when 'organization-column-without-row-security' then
            'Protect the table before it is granted to who serves requests, or accept it.'
        end,
        ' ') filter (where identity <> all (known)),
      max(case
        when rule in (
          'view-that-shows-hidden-rows', 'materialized-view-of-hidden-rows', 'definer-function-that-is-not-bound',
          'foreign-key-without-row-security', 'organization-column-without-row-security')
        then 'To accept what is meant to be shown: set tenant_datasource.accept = ''schema.name; schema.function(type)''.'
      end) filter (where identity <> all (known)))
  into identities, openings, advice
  from exposed
  cross join lateral (select concat_ws(' ', rule, class_id::oid, object_id, policy_id)) as identified (identity)
  -- Somebody who writes policies of their own comes to that.
  where rule <> 'policy-without-row-security'
    or object_id in (select relation_id from guarded);

  if openings is not null then
    raise exception 'rows that policies hide would be shown by %', openings
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = advice;
  end if;

  perform set_config('search_path', path, true);
end
$require_protected$;
