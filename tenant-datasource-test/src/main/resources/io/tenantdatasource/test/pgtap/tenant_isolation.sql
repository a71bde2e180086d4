-- pgTAP functions that try what tenants must not do with each other's rows, and say why it got through.
--
--   begin;
--   \ir tenant_isolation.sql
--   select no_plan();
--   insert into invoices ...;                                                  -- rows of two tenants
--   select tenant.schema_isolates('public', 'id of acme', 'id of globex');
--   select * from finish();
--   rollback;
--
-- Needs pgTAP on the search path, and a user that no policy binds and that can become any other: a superuser, or one with
-- BYPASSRLS who owns the tables and may set session_replication_role. It is for test databases: rows are removed and policies
-- dropped, and all of it is undone, but the locks are held until the end of the transaction.
--
-- What tests call is in schema tenant (\set tenant_schema names another), what that needs in pg_temp.

\if :{?tenant_schema} \else \set tenant_schema tenant \endif

-- What is set for a transaction is still there in the next statement only if there is one.
select pg_catalog.set_config('tenant_isolation.in_transaction', 'yes', true) as in_transaction
\gset tenant_isolation_

do $require_transaction$
begin
  if coalesce(current_setting('tenant_isolation.in_transaction', true), '') = '' then
    raise exception 'tenant_isolation.sql has to be included after BEGIN, so that ROLLBACK takes its functions away again'
      using errcode = 'no_active_sql_transaction';
  end if;
  if not exists (
    select
    from pg_roles
    where rolname = session_user
      and (rolsuper or rolbypassrls)
  ) then
    raise exception 'tenant_isolation.sql needs a user whom no policy binds, and % is bound', session_user
      using
        errcode = 'insufficient_privilege',
        hint = 'Connect as a superuser of the test database, or as a user with BYPASSRLS.';
  end if;
  if not has_parameter_privilege(session_user, 'session_replication_role', 'SET') then
    raise exception 'tenant_isolation.sql needs to remove rows without foreign keys being asked, and % may not', session_user
      using
        errcode = 'insufficient_privilege',
        hint = format('grant set on parameter session_replication_role to %I', session_user);
  end if;
end
$require_transaction$;

create schema if not exists :"tenant_schema";

-- === What it knows ===

-- A row: where it is, and what is in it, as text by column.
create type pg_temp.isolation_row as (
  place text,
  cells jsonb
);

-- Who tries what. The setting is left alone where told is null. Of the target, the rows for which remaining is true are there
-- (all of them where it is null), and those for which watched is true are looked at before and after.
create type pg_temp.isolation_attempt as (
  command text,
  actor name,
  told text,
  target regclass,
  statement text,
  remaining text,
  watched text
);

-- What came of it: it got through, was refused, or could not be tried.
create type pg_temp.isolation_outcome as (
  verdict text,
  message text
);

-- Whose the rows of a table are: condition is SQL in which {row} is the row and {tenant} the tenant's id, columns are those
-- that say so, and depth counts the tables that lie between.
create temporary table isolation_table (
  target regclass primary key,
  depth integer not null,
  condition text not null,
  columns name[] not null
);

-- What got through while no tenant was ever set. Once it has been, a setting reads as an empty text for the rest of the
-- session, whatever is rolled back, so this is tried for all tables, views and functions at once, first of all.
create temporary table isolation_never_told (
  actor name not null,
  object oid not null,
  finding text,
  primary key (actor, object)
);

-- === Settings ===

create function :"tenant_schema".configure(
  role name default 'authenticated',
  organization_setting text default 'app.organization_id',
  user_setting text default 'app.user_id',
  organization_column name default 'organization_id',
  global text[] default '{}',
  trusted text[] default '{}'
)
returns void
language sql
as $$
  select
    pg_catalog.set_config('tenant_isolation.role', role, true),
    pg_catalog.set_config('tenant_isolation.organization_setting', organization_setting, true),
    pg_catalog.set_config('tenant_isolation.user_setting', user_setting, true),
    pg_catalog.set_config('tenant_isolation.organization_column', organization_column, true),
    pg_catalog.set_config('tenant_isolation.global', global::text, true),
    pg_catalog.set_config('tenant_isolation.trusted', trusted::text, true);
$$;

comment on function :"tenant_schema".configure is
  'names the role of the application, the settings and the column that tell the tenant, the tables that are everybody''s '
  '(global), and the views and functions that are meant to show more (trusted)';

select :"tenant_schema".configure() as configured
\gset tenant_isolation_

create function pg_temp.isolation_setting(name text)
returns text
language sql
as $$
  select current_setting('tenant_isolation.' || name);
$$;

-- === Who works ===

-- A tenant that is null is not told.
create function pg_temp.isolation_become(actor name, told text)
returns void
language plpgsql
as $$
begin
  if told is not null then
    perform set_config(pg_temp.isolation_setting('organization_setting'), told, true);
  end if;
  perform set_config('role', actor, true);
end
$$;

create function pg_temp.isolation_become_administrator()
returns void
language sql
as $$
  select set_config('role', 'none', true);
$$;

-- What the session was told: null where it never was.
create function pg_temp.isolation_told()
returns text
language sql
as $$
  select current_setting(pg_temp.isolation_setting('organization_setting'), true);
$$;

create function :"tenant_schema".work_for(organization text, user_id text default null)
returns void
language plpgsql
as $$
begin
  perform pg_temp.isolation_become_administrator();
  if user_id is not null or current_setting(pg_temp.isolation_setting('user_setting'), true) is not null then
    perform set_config(pg_temp.isolation_setting('user_setting'), coalesce(user_id, ''), true);
  end if;
  perform pg_temp.isolation_become(pg_temp.isolation_setting('role')::name, organization);
end
$$;

comment on function :"tenant_schema".work_for is
  'what comes next is done by the role of the application, for an organization, or for one of its users';

create function :"tenant_schema".work_for_nobody()
returns void
language plpgsql
as $$
begin
  perform pg_temp.isolation_become_administrator();
  if current_setting(pg_temp.isolation_setting('user_setting'), true) is not null then
    perform set_config(pg_temp.isolation_setting('user_setting'), '', true);
  end if;
  perform pg_temp.isolation_become(
    pg_temp.isolation_setting('role')::name,
    case when pg_temp.isolation_told() is not null then '' end
  );
end
$$;

comment on function :"tenant_schema".work_for_nobody is
  'what comes next is done by the role of the application, for no tenant';

create function :"tenant_schema".work_as_administrator()
returns void
language sql
as $$
  select pg_temp.isolation_become_administrator();
$$;

comment on function :"tenant_schema".work_as_administrator is
  'what comes next is done by the user that logged in, whom no policy binds';

-- === Names and lines ===

create function pg_temp.isolation_name(relation regclass)
returns text
language sql
as $$
  select format('%I.%I', nspname, relname)
  from pg_class
  join pg_namespace on pg_namespace.oid = relnamespace
  where pg_class.oid = relation;
$$;

create function pg_temp.isolation_clauses(using_text text, check_text text)
returns text
language sql
as $$
  select format(
    'USING (%s) WITH CHECK (%s)',
    coalesce(regexp_replace(using_text, '\s+', ' ', 'g'), 'nothing'),
    coalesce(regexp_replace(check_text, '\s+', ' ', 'g'), 'nothing of its own'));
$$;

-- The application need not be allowed to use pgTAP.
create function pg_temp.isolation_line(description text, finding text)
returns text
language plpgsql
as $$
declare
  actor constant text := current_setting('role');
  line text;
begin
  perform pg_temp.isolation_become_administrator();
  line := ok(finding is null, description) || coalesce(E'\n' || diag(finding), '');
  perform set_config('role', actor, true);
  return line;
end
$$;

create function pg_temp.isolation_bypasses(actor name)
returns boolean
language sql
as $$
  select rolsuper or rolbypassrls
  from pg_roles
  where rolname = actor;
$$;

-- === Whose rows they are ===

create function pg_temp.isolation_named()
returns setof text
language sql
as $$
  select unnest(pg_temp.isolation_setting('global')::text[] || pg_temp.isolation_setting('trusted')::text[]);
$$;

-- Null where there is no such table, view or function; some versions of the server fail for a name that cannot be one.
create function pg_temp.isolation_object(named text)
returns oid
language plpgsql
as $$
begin
  return case when named like '%(%' then to_regprocedure(named)::oid else to_regclass(named)::oid end;
exception
  when others then
    return null;
end
$$;

create function pg_temp.isolation_excepted()
returns oid[]
language sql
as $$
  select array(
    select pg_temp.isolation_object(named)
    from pg_temp.isolation_named() as named
    where pg_temp.isolation_object(named) is not null
  );
$$;

-- Its own column says so; or it is the table that such a column refers to; or it refers to a row of which it is known. Of
-- several references the first that cannot be null is taken.
create function pg_temp.isolation_find_tables()
returns void
language plpgsql
as $$
declare
  organization_column constant name := pg_temp.isolation_setting('organization_column');
  global constant oid[] := pg_temp.isolation_excepted();
  found integer;
  distance integer := 0;
begin
  delete from isolation_table;

  insert into isolation_table (target, depth, condition, columns)
  select
    pg_class.oid,
    0,
    format('{row}.%I = {tenant}::%s', attname, format_type(atttypid, atttypmod)),
    array[attname]
  from pg_class
  join pg_namespace on pg_namespace.oid = relnamespace
  join lateral (
    select attname, atttypid, atttypmod
    from pg_attribute
    where attrelid = pg_class.oid
      and attnum > 0
      and not attisdropped
      and (
        attname = organization_column
        or exists (
          select
          from pg_constraint
          join pg_attribute as referring on referring.attrelid = conrelid and referring.attname = organization_column
          where contype = 'f'
            and confrelid = pg_class.oid
            and confkey[array_position(conkey, referring.attnum)] = pg_attribute.attnum
        )
      )
    order by attname = organization_column desc, attnum
    limit 1
  ) as says_so on true
  where relkind in ('r', 'p')
    and nspname not in ('pg_catalog', 'information_schema')
    and nspname !~ '^pg_(toast|temp)'
    and pg_class.oid <> all (global);

  loop
    distance := distance + 1;

    insert into isolation_table (target, depth, condition, columns)
    select distinct on (conrelid)
      conrelid,
      distance,
      format(
        'exists (select from %s as parent_%s where %s and %s)',
        pg_temp.isolation_name(confrelid),
        distance,
        (
          select string_agg(
            format('parent_%s.%I = {row}.%I', distance, referred.attname, referring.attname), ' and ' order by position)
          from unnest(conkey, confkey) with ordinality as pair (child, parent, position)
          join pg_attribute as referring on referring.attrelid = conrelid and referring.attnum = child
          join pg_attribute as referred on referred.attrelid = confrelid and referred.attnum = parent
        ),
        replace(known.condition, '{row}', 'parent_' || distance)
      ),
      array(
        select attname
        from unnest(conkey) as child
        join pg_attribute on attrelid = conrelid and attnum = child
      )
    from pg_constraint
    join pg_class on pg_class.oid = conrelid
    join isolation_table as known on known.target = confrelid
    where contype = 'f'
      and relkind in ('r', 'p')
      and conrelid <> all (global)
      and not exists (select from isolation_table where target = conrelid)
      -- A reference to a partitioned table is there once more for each partition.
      and not exists (select from pg_constraint as whole where whole.oid = conparentid and whole.conrelid = pg_class.oid)
    order by
      conrelid,
      exists (
        select
        from pg_attribute
        where attrelid = conrelid
          and attnum = any (conkey)
          and not attnotnull
      ),
      conname;

    get diagnostics found = row_count;
    exit when found = 0;
  end loop;
end
$$;

-- Null where it is not known.
create function pg_temp.isolation_condition(of_table regclass, tenant text, alias text default 't')
returns text
language sql
as $$
  select replace(replace(condition, '{row}', alias), '{tenant}', quote_literal(tenant))
  from isolation_table
  where target = of_table;
$$;

create function pg_temp.isolation_rows(of_table regclass, condition text)
returns setof pg_temp.isolation_row
language plpgsql
as $$
declare
  names text[];
  texts text;
begin
  select array_agg(attname::text order by attnum), string_agg(format('t.%I::text', attname), ', ' order by attnum)
  into names, texts
  from pg_attribute
  where attrelid = of_table
    and attnum > 0
    and not attisdropped;

  return query execute format(
    $query$
      select
        format('t.tableoid = %%s and t.ctid = %%L', t.tableoid::oid, t.ctid),
        jsonb_object(%L::text[], array[%s]::text[])
      from %s as t
      where %s
      order by t.tableoid, t.ctid
    $query$,
    names, texts, pg_temp.isolation_name(of_table), condition
  );
end
$$;

-- Null where there is none. A row that was written has another xmin or another place.
create function pg_temp.isolation_fingerprint(of_table regclass, condition text)
returns text
language plpgsql
as $$
declare
  fingerprint text;
begin
  execute format(
    $query$
      select md5(string_agg(format('%%s %%s %%s', t.tableoid::oid, t.ctid, t.xmin), ', ' order by t.tableoid, t.ctid))
      from %s as t
      where %s
    $query$,
    pg_temp.isolation_name(of_table), condition
  )
  into fingerprint;
  return fingerprint;
end
$$;

create function pg_temp.isolation_fingerprint_of(tenant text)
returns text
language sql
as $$
  select string_agg(
    coalesce(pg_temp.isolation_fingerprint(target, pg_temp.isolation_condition(target, tenant)), 'none'),
    ', ' order by target::oid)
  from isolation_table;
$$;

-- No trigger fires and no foreign key is asked, so that other tables stay as they are.
create function pg_temp.isolation_remove(from_table regclass, condition text)
returns void
language plpgsql
as $$
declare
  replication_role constant text := current_setting('session_replication_role');
begin
  perform set_config('session_replication_role', 'replica', true);
  execute format('delete from %s as t where %s', pg_temp.isolation_name(from_table), condition);
  perform set_config('session_replication_role', replication_role, true);
end
$$;

-- Those that say whose others are come last.
create function pg_temp.isolation_remove_all_of(tenant text)
returns void
language plpgsql
as $$
declare
  known isolation_table;
begin
  for known in select * from isolation_table order by depth desc, target::oid loop
    perform pg_temp.isolation_remove(known.target, pg_temp.isolation_condition(known.target, tenant));
  end loop;
end
$$;

-- === Attempts ===

-- Row security answers 42501. A trigger or a policy that raises an error, a text that is no id (class 22) and the CHECK OPTION
-- of a view refuse as well. A constraint (class 23) is asked after row security only, so it tells that row security let the
-- row through; but only where no row of the attacker's own can be what it complains about.
create function pg_temp.isolation_refusal(state text, message text, foreign_rows_only boolean)
returns pg_temp.isolation_outcome
language sql
as $$
  select
    case
      when state in ('42501', 'P0001', '44000') or state like '22%' then 'refused'
      when state like '23%' and foreign_rows_only then 'got through'
      when state like '23%' then 'refused'
      else 'broken'
    end,
    case
      when state like '23%' and foreign_rows_only then 'only a constraint refused it: ' || message
      else message
    end;
$$;

create function pg_temp.isolation_try(attempt pg_temp.isolation_attempt)
returns pg_temp.isolation_outcome
language plpgsql
as $$
declare
  outcome pg_temp.isolation_outcome;
  before text;
  touched bigint;
  state text;
  message text;
begin
  begin
    if attempt.remaining is not null then
      perform pg_temp.isolation_remove(attempt.target, format('(%s) is not true', attempt.remaining));
    end if;
    before := pg_temp.isolation_fingerprint(attempt.target, attempt.watched);

    begin
      perform pg_temp.isolation_become(attempt.actor, attempt.told);
      execute attempt.statement;
      get diagnostics touched = row_count;
      perform pg_temp.isolation_become_administrator();

      outcome.verdict :=
        case
          when attempt.command = 'select' and touched > 0 then 'got through'
          when before is distinct from pg_temp.isolation_fingerprint(attempt.target, attempt.watched) then 'got through'
          else 'refused'
        end;
      outcome.message := case when outcome.verdict = 'refused' then format('%s rows were reached', touched) end;
    exception
      when others then
        get stacked diagnostics state = returned_sqlstate, message = message_text;
        outcome := pg_temp.isolation_refusal(state, message, attempt.remaining is not null);
    end;

    raise exception using errcode = 'UNDOE';
  exception
    when sqlstate 'UNDOE' then
      return outcome;
  end;
end
$$;

-- A column that can be changed with the least consequences.
create function pg_temp.isolation_changeable(of_table regclass, actor name)
returns name
language sql
as $$
  select attname
  from pg_attribute
  where attrelid = of_table
    and attnum > 0
    and not attisdropped
    and attgenerated = ''
    and attidentity <> 'a'
  order by
    has_column_privilege(actor, of_table, attnum, 'UPDATE') desc,
    exists (select from isolation_table where target = of_table and attname = any (columns)),
    exists (select from pg_index where indrelid = of_table and attnum = any (indkey)),
    attnum
  limit 1;
$$;

create function pg_temp.isolation_insert(of_table regclass, actor name, cells jsonb)
returns text
language sql
as $$
  select format(
    'insert into %s (%s) overriding system value values (%s)',
    pg_temp.isolation_name(of_table),
    string_agg(quote_ident(attname), ', ' order by attnum),
    string_agg(quote_nullable(cells ->> attname), ', ' order by attnum)
  )
  from pg_attribute
  where attrelid = of_table
    and attnum > 0
    and not attisdropped
    and attgenerated = ''
    and (
      has_column_privilege(actor, of_table, attnum, 'INSERT')
      or not has_any_column_privilege(actor, of_table, 'INSERT')
    );
$$;

-- A statement without WHERE asks the policies for its own command only; with WHERE, that for SELECT as well.
create function pg_temp.isolation_update(of_table regclass, columns name[], cells jsonb)
returns text
language sql
as $$
  select format(
    'update %s set %s',
    pg_temp.isolation_name(of_table),
    string_agg(format('%I = %L', changed, cells ->> changed), ', ')
  )
  from unnest(columns) as changed;
$$;

-- Null where there is no unique key.
create function pg_temp.isolation_upsert(of_table regclass, actor name, own jsonb, foreign_cells jsonb)
returns text
language sql
as $$
  with
    unique_key as (
      select array(
        select attname::text
        from unnest(indkey::smallint[]) with ordinality as part (number, position)
        join pg_attribute on attrelid = indrelid and attnum = number
        where position <= indnkeyatts
      ) as columns
      from pg_index
      where indrelid = of_table
        and indisunique
        and indisvalid
        and indimmediate
        and indpred is null
        and indexprs is null
      order by indisprimary desc, indexrelid
      limit 1
    )
  select format(
    '%s on conflict (%s) do update set %I = %L',
    pg_temp.isolation_insert(
      of_table,
      actor,
      own || (select jsonb_object_agg(part, foreign_cells -> part) from unnest(columns) as part)
    ),
    (select string_agg(quote_ident(part), ', ') from unnest(columns) as part),
    pg_temp.isolation_changeable(of_table, actor),
    foreign_cells ->> pg_temp.isolation_changeable(of_table, actor)
  )
  from unique_key;
$$;

-- All that a tenant, told as told, can try with the rows of another. Each row is tried alone as well: where one row makes a
-- statement fail, it hides that it reaches another.
create function pg_temp.isolation_attempts(
  tried text,
  on_table regclass,
  actor name,
  told text,
  victim text,
  foreign_rows pg_temp.isolation_row[],
  own_rows pg_temp.isolation_row[]
)
returns setof pg_temp.isolation_attempt
language plpgsql
as $$
declare
  name constant text := pg_temp.isolation_name(on_table);
  watched constant text := pg_temp.isolation_condition(on_table, victim);
  change constant text := case tried
    when 'update' then pg_temp.isolation_update(
      on_table, array[pg_temp.isolation_changeable(on_table, actor)], foreign_rows[1].cells)
    when 'delete' then format('delete from %s', name)
  end;
  own constant pg_temp.isolation_row := own_rows[1];
  columns constant name[] := (select isolation_table.columns from isolation_table where target = on_table);
  attempt pg_temp.isolation_attempt := row(tried, actor, told, on_table, null, null, watched);
  foreign_row pg_temp.isolation_row;
begin
  if foreign_rows = '{}' then
    return;
  end if;

  if tried = 'select' then
    attempt.statement := format('select from %s', name);
    attempt.remaining := watched;
    return next attempt;
    return;
  end if;

  if change is not null then
    attempt.statement := change;
    return next attempt;
  end if;

  foreach foreign_row in array foreign_rows loop
    attempt.remaining := case tried when 'insert' then 'false' else foreign_row.place end;
    attempt.statement := case tried
      when 'insert' then pg_temp.isolation_insert(on_table, actor, foreign_row.cells)
      when 'update' then change
      when 'delete' then change
      when 'move' then pg_temp.isolation_update(on_table, columns, own.cells)
      when 'upsert' then pg_temp.isolation_upsert(on_table, actor, own.cells, foreign_row.cells)
    end;
    if attempt.statement is not null and (tried not in ('move', 'upsert') or own is not null) then
      return next attempt;
    end if;
  end loop;

  if tried = 'move' and own is not null then
    attempt.remaining := own.place;
    attempt.statement := pg_temp.isolation_update(on_table, columns, foreign_rows[1].cells);
    return next attempt;
  end if;
end
$$;

-- === Diagnosis ===

-- The permissive policies by which the attempt may pass.
create function pg_temp.isolation_policies(attempt pg_temp.isolation_attempt)
returns setof pg_policy
language sql
as $$
  select pg_policy.*
  from pg_policy
  where polrelid = attempt.target
    and polpermissive
    and polcmd in (
      '*',
      case attempt.command when 'select' then 'r' when 'insert' then 'a' when 'delete' then 'd' else 'w' end,
      case attempt.command when 'upsert' then 'a' else '*' end
    )
    and exists (
      select
      from unnest(polroles) as polrole
      where polrole = 0 or pg_has_role(attempt.actor, polrole, 'USAGE')
    )
  order by polname;
$$;

create function pg_temp.isolation_mended_by(mend text, attempt pg_temp.isolation_attempt)
returns boolean
language plpgsql
as $$
declare
  mended boolean;
begin
  begin
    execute mend;
    mended := (pg_temp.isolation_try(attempt)).verdict <> 'got through';
    raise exception using errcode = 'UNDOE';
  exception
    when sqlstate 'UNDOE' then
      return mended;
    when others then
      return false;
  end;
end
$$;

create function pg_temp.isolation_cure(policy pg_policy, attempt pg_temp.isolation_attempt)
returns text
language sql
as $$
  select
    case
      when (select count(*) from pg_temp.isolation_policies(attempt)) > 1 then
        'permissive policies are joined by OR: drop it, or make it restrictive'
      when attempt.command in ('insert', 'move')
        and policy.polwithcheck is not null
        and (policy.polqual is not null or coalesce(attempt.told, '') <> '')
        and pg_get_expr(policy.polwithcheck, policy.polrelid)
          is distinct from pg_get_expr(policy.polqual, policy.polrelid)
      then
        'its WITH CHECK lets a row become somebody else''s: it has to ask what USING, or the policy for SELECT, asks'
      when coalesce(attempt.told, '') = '' then
        'it must not be true where no tenant is set'
      else
        'it has to compare the tenant of the row with ' || pg_temp.isolation_setting('organization_setting')
    end;
$$;

create function pg_temp.isolation_why(attempt pg_temp.isolation_attempt)
returns text
language plpgsql
as $$
declare
  name constant text := pg_temp.isolation_name(attempt.target);
  target constant pg_class := (select pg_class from pg_class where oid = attempt.target);
  policy pg_policy;
begin
  if pg_temp.isolation_bypasses(attempt.actor) then
    return format(
      'Row security does not apply to role %I, which is a superuser or has BYPASSRLS: alter role %I nosuperuser nobypassrls',
      attempt.actor, attempt.actor);
  end if;

  if not target.relrowsecurity then
    return format(
      '%s: alter table %s enable row level security, force row level security; and add policies',
      case
        when target.relispartition then
          format(
            'Partition %s has no row security of its own, and that of %s is not asked where the partition is named',
            name, (select inhparent::regclass from pg_inherits where inhrelid = attempt.target))
        else format('Table %s has no row security', name)
      end,
      name);
  end if;

  if not target.relforcerowsecurity and pg_has_role(attempt.actor, target.relowner, 'USAGE') then
    return format(
      'Row security is not forced, so it does not bind %I, the owner: alter table %s force row level security',
      attempt.actor, name);
  end if;

  for policy in select * from pg_temp.isolation_policies(attempt) loop
    if pg_temp.isolation_mended_by(format('drop policy %I on %s', policy.polname, name), attempt) then
      return format(
        'Policy %I lets it through, %s: %s',
        policy.polname,
        pg_temp.isolation_clauses(
          pg_get_expr(policy.polqual, policy.polrelid), pg_get_expr(policy.polwithcheck, policy.polrelid)),
        pg_temp.isolation_cure(policy, attempt)
      );
    end if;
  end loop;

  return format(
    'No single policy is to blame; these apply: %s',
    (select string_agg(quote_ident(polname), ', ') from pg_temp.isolation_policies(attempt)));
end
$$;

create function pg_temp.isolation_as_whom(actor name, told text)
returns text
language sql
as $$
  select format(
    'as %I, %s',
    actor,
    case when told is null then 'no tenant ever set' when told = '' then 'tenant empty' else 'for tenant ' || told end);
$$;

create function pg_temp.isolation_as_whom_now()
returns text
language sql
as $$
  select pg_temp.isolation_as_whom(current_user, pg_temp.isolation_told());
$$;

-- What the first attempt that is not refused found, or null.
create function pg_temp.isolation_hole(attempts pg_temp.isolation_attempt[])
returns text
language plpgsql
as $$
declare
  attempt pg_temp.isolation_attempt;
  outcome pg_temp.isolation_outcome;
begin
  foreach attempt in array attempts loop
    outcome := pg_temp.isolation_try(attempt);
    if outcome.verdict <> 'refused' then
      return format(
        E'%s %s: %s%s\n%s',
        case outcome.verdict when 'broken' then 'Could not be tried' else 'Got through' end,
        pg_temp.isolation_as_whom(attempt.actor, attempt.told),
        attempt.statement,
        coalesce(' (' || outcome.message || ')', ''),
        case outcome.verdict
          when 'broken' then 'An attempt that fails for another reason proves nothing: see to that first'
          else pg_temp.isolation_why(attempt)
        end
      );
    end if;
  end loop;
  return null;
end
$$;

-- === One table ===

create function pg_temp.isolation_all_rows(of_table regclass, tenant text)
returns pg_temp.isolation_row[]
language sql
as $$
  select array(
    select shown
    from pg_temp.isolation_rows(of_table, pg_temp.isolation_condition(of_table, tenant)) as shown
  );
$$;

-- What one tenant can do with the rows of the other, or the other with those of the one.
create function pg_temp.isolation_between(tried text, on_table regclass, actor name, one text, other text)
returns text
language plpgsql
as $$
declare
  rows_of_one constant pg_temp.isolation_row[] := pg_temp.isolation_all_rows(on_table, one);
  rows_of_other constant pg_temp.isolation_row[] := pg_temp.isolation_all_rows(on_table, other);
begin
  return pg_temp.isolation_hole(
    array(select a from pg_temp.isolation_attempts(tried, on_table, actor, other, one, rows_of_one, rows_of_other) as a)
    || array(select a from pg_temp.isolation_attempts(tried, on_table, actor, one, other, rows_of_other, rows_of_one) as a)
  );
end
$$;

-- What somebody can do for whom no tenant is set: told is null, or empty.
create function pg_temp.isolation_without_tenant(on_table regclass, actor name, told text, victims text[])
returns text
language sql
as $$
  select pg_temp.isolation_hole(array(
    select attempt
    from unnest(victims) as victim
    cross join unnest(array['select', 'insert', 'update', 'delete']) as tried
    cross join lateral pg_temp.isolation_attempts(
      tried, on_table, actor, told, victim, pg_temp.isolation_all_rows(on_table, victim), '{}') as attempt
  ));
$$;

-- A tenant that cannot work with its own rows is no proof that others cannot. Null where it can, or was not granted it.
create function pg_temp.isolation_blocked(tried text, on_table regclass, actor name, tenants text[])
returns text
language plpgsql
as $$
declare
  tenant text;
  attempts pg_temp.isolation_attempt[];
  outcome pg_temp.isolation_outcome;
begin
  foreach tenant in array tenants loop
    attempts := array(
      select attempt
      from pg_temp.isolation_attempts(
        tried, on_table, actor, tenant, tenant, pg_temp.isolation_all_rows(on_table, tenant), '{}') as attempt
      where attempt.remaining is not null
    );
    if attempts <> '{}' then
      outcome := pg_temp.isolation_try(attempts[1]);
      if outcome.verdict <> 'got through' then
        return format(
          E'Denied %s: %s (%s)\n%s',
          pg_temp.isolation_as_whom(actor, tenant),
          attempts[1].statement,
          outcome.message,
          case
            when exists (select from pg_temp.isolation_policies(attempts[1])) then
              'Its policies refuse it, or something that they read'
            else
              format(
                'No permissive policy for %s applies to %I, so row security denies it: add one, or revoke the right',
                upper(tried), actor)
          end
        );
      end if;
    end if;
  end loop;
  return null;
end
$$;

create function pg_temp.isolation_may(actor name, tried text, on_table regclass)
returns boolean
language sql
as $$
  select
    case tried
      when 'delete' then has_table_privilege(actor, on_table, 'DELETE')
      else has_any_column_privilege(actor, on_table, upper(tried))
    end;
$$;

create function pg_temp.isolation_owner_finding(on_table regclass, one text, other text)
returns text
language plpgsql
as $$
declare
  target constant pg_class := (select pg_class from pg_class where oid = on_table);
  owner constant name := pg_get_userbyid(target.relowner);
  finding text;
  tried text;
begin
  if pg_temp.isolation_bypasses(owner) then
    return case
      when target.relrowsecurity and target.relforcerowsecurity then null
      else format(
        E'Row security is not forced on %s, so it will not bind its owner once that is no superuser any more\n'
        'alter table %s enable row level security, force row level security',
        pg_temp.isolation_name(on_table), pg_temp.isolation_name(on_table))
    end;
  end if;

  foreach tried in array array['select', 'insert', 'update', 'delete'] loop
    finding := coalesce(finding, pg_temp.isolation_between(tried, on_table, owner, one, other));
  end loop;
  return coalesce(finding, pg_temp.isolation_without_tenant(on_table, owner, '', array[one, other]));
end
$$;

-- A partition may be of one tenant alone.
create function pg_temp.isolation_without_rows(on_table regclass, one text, other text)
returns text
language sql
as $$
  select
    case
      when count(*) = 0 then null
      when count(*) = 1 and (select relispartition from pg_class where oid = on_table) then null
      else format(
        'There is no row of %s in %s, so nothing can be tried: insert one before',
        string_agg(tenant, ' and of '), pg_temp.isolation_name(on_table))
    end
  from unnest(array[one, other]) as tenant
  where pg_temp.isolation_fingerprint(on_table, pg_temp.isolation_condition(on_table, tenant)) is null;
$$;

-- 14 lines.
create function pg_temp.isolation_table_lines(on_table regclass, one text, other text)
returns setof text
language plpgsql
as $$
declare
  name constant text := pg_temp.isolation_name(on_table);
  actor constant name := pg_temp.isolation_setting('role');
  finding text;
  tried text;
begin
  finding := case
    when exists (select from isolation_table where target = on_table) then
      pg_temp.isolation_without_rows(on_table, one, other)
    else format(
      'Whose the rows of %s are is not known: it has no column %I, and refers to no table that has one. '
      'If they are everybody''s, name it in configure(global => ...)',
      name, pg_temp.isolation_setting('organization_column'))
  end;
  return next pg_temp.isolation_line(name || ': there are rows of both tenants', finding);
  if finding is not null then
    return next skip('there is nothing to try in ' || name, 13);
    return;
  end if;

  foreach tried in array array['select', 'insert', 'update', 'delete'] loop
    if pg_temp.isolation_may(actor, tried, on_table) then
      return next pg_temp.isolation_line(
        format('%s: a tenant can %s its own rows', name, tried),
        pg_temp.isolation_blocked(tried, on_table, actor, array[one, other]));
    else
      return next skip(format('%s: %I has no right to %s', name, actor, tried), 1);
    end if;
  end loop;

  foreach tried in array array['select', 'insert', 'update', 'move', 'delete', 'upsert'] loop
    return next pg_temp.isolation_line(
      format('%s: a tenant cannot %s rows of the other', name, tried),
      pg_temp.isolation_between(tried, on_table, actor, one, other));
  end loop;

  return next pg_temp.isolation_line(
    name || ': nothing can be done where no tenant was ever set',
    pg_temp.isolation_never_told_finding(actor, on_table));
  return next pg_temp.isolation_line(
    name || ': nothing can be done where the tenant is empty',
    pg_temp.isolation_without_tenant(on_table, actor, '', array[one, other]));
  return next pg_temp.isolation_line(
    name || ': its owner is bound as well',
    pg_temp.isolation_owner_finding(on_table, one, other));
end
$$;

-- === Views, functions, queries ===

-- What a query shows, as a digest, after all rows of some tenants were removed. A materialized view is made anew then.
create function pg_temp.isolation_shown(query text, actor name, told text, removed text[], refreshed regclass)
returns text
language plpgsql
as $$
declare
  shown text;
  state text;
  message text;
  tenant text;
begin
  begin
    foreach tenant in array removed loop
      perform pg_temp.isolation_remove_all_of(tenant);
    end loop;
    if refreshed is not null then
      execute format('refresh materialized view %s', pg_temp.isolation_name(refreshed));
    end if;

    begin
      perform pg_temp.isolation_become(actor, told);
      execute format(
        'select md5(coalesce(string_agg(isolation_shown::text, E''\n'' order by isolation_shown::text), '''')) '
        'from (%s) as isolation_shown',
        query)
      into shown;
    exception
      when others then
        get stacked diagnostics state = returned_sqlstate, message = message_text;
        shown := 'it fails: ' || message;
        if (pg_temp.isolation_refusal(state, message, false)).verdict = 'broken' then
          raise exception 'Could not be tried %: % (%)', pg_temp.isolation_as_whom(actor, told), query, message
            using errcode = 'BROKE';
        end if;
    end;
    raise exception using errcode = 'UNDOE';
  exception
    when sqlstate 'UNDOE' then
      return shown;
  end;
end
$$;

-- Whether rows of a tenant are shown to somebody else: what is shown is another thing when they are gone.
create function pg_temp.isolation_leak(query text, victim text, told text, removed text[], refreshed regclass)
returns text
language plpgsql
as $$
declare
  actor constant name := pg_temp.isolation_setting('role');
  shown constant text := pg_temp.isolation_shown(query, actor, told, '{}', refreshed);
begin
  if shown <> pg_temp.isolation_shown(query, actor, told, '{}', refreshed) then
    return format('It shows something else each time, so nothing can be compared: %s', query);
  end if;
  if shown <> pg_temp.isolation_shown(query, actor, told, removed, refreshed) then
    return format('Shows rows of tenant %s %s: %s', victim, pg_temp.isolation_as_whom(actor, told), query);
  end if;
  return null;
end
$$;

-- Whether rows of the tenant are in what is shown, to whoever may see them: without that, nothing would be proven.
create function pg_temp.isolation_at_stake(query text, victim text, refreshed regclass)
returns boolean
language sql
as $$
  select
    pg_temp.isolation_shown(query, session_user, victim, '{}', refreshed)
    <> pg_temp.isolation_shown(query, session_user, victim, array[victim], refreshed);
$$;

-- What a query that changes something, such as a call, does to rows of a tenant.
create function pg_temp.isolation_damage(statement text, victim text, told text, removed text[])
returns text
language plpgsql
as $$
declare
  actor constant name := pg_temp.isolation_setting('role');
  outcome pg_temp.isolation_outcome := row('refused', null);
  before text;
  state text;
  message text;
  tenant text;
begin
  begin
    foreach tenant in array removed loop
      perform pg_temp.isolation_remove_all_of(tenant);
    end loop;
    before := pg_temp.isolation_fingerprint_of(victim);
    begin
      perform pg_temp.isolation_become(actor, told);
      execute statement;
      perform pg_temp.isolation_become_administrator();
      if before <> pg_temp.isolation_fingerprint_of(victim) then
        outcome.verdict := 'got through';
      end if;
    exception
      when others then
        get stacked diagnostics state = returned_sqlstate, message = message_text;
        outcome := pg_temp.isolation_refusal(state, message, removed <> '{}');
    end;
    raise exception using errcode = 'UNDOE';
  exception
    when sqlstate 'UNDOE' then
      return case outcome.verdict
        when 'got through' then format(
          'Changes rows of tenant %s %s: %s%s',
          victim, pg_temp.isolation_as_whom(actor, told), statement, coalesce(' (' || outcome.message || ')', ''))
        when 'broken' then format(
          'Could not be tried %s: %s (%s)', pg_temp.isolation_as_whom(actor, told), statement, outcome.message)
      end;
  end;
end
$$;

-- What a query shows or changes of a tenant, if anything of the tenant is in it.
create function pg_temp.isolation_query_finding(query text, one text, other text, refreshed regclass)
returns text
language plpgsql
as $$
begin
  return coalesce(
    case when not pg_temp.isolation_at_stake(query, one, refreshed) then
      format('There is nothing of tenant %s in it, so nothing can be tried: %s', one, query)
    end,
    pg_temp.isolation_leak(query, one, other, array[one], refreshed),
    pg_temp.isolation_leak(query, one, '', array[one], refreshed),
    pg_temp.isolation_damage(query, one, other, '{}'),
    pg_temp.isolation_damage(query, one, '', '{}')
  );
exception
  when sqlstate 'BROKE' then
    return sqlerrm;
end
$$;

create function pg_temp.isolation_runs_as_owner(runs text, owner oid, cure text)
returns text
language sql
as $$
  select format(
    E'%s runs as its owner %I, %s\n%s',
    runs,
    pg_get_userbyid(owner),
    case
      when pg_temp.isolation_bypasses(pg_get_userbyid(owner)) then 'whom no policy binds'
      else 'and shows what the policies show that role'
    end,
    cure);
$$;

create function pg_temp.isolation_why_view(view regclass)
returns text
language sql
as $$
  select
    case
      when relkind = 'm' then
        format(
          E'Materialized view %s is a copy, and no policy can be on it\nrevoke all on %s from %I',
          pg_temp.isolation_name(view), pg_temp.isolation_name(view), pg_temp.isolation_setting('role'))
      when coalesce(reloptions::text[] && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)
      then
        'It runs as whoever asks, so a table that it reads is open: see to that first'
      else
        pg_temp.isolation_runs_as_owner(
          'View ' || pg_temp.isolation_name(view),
          relowner,
          format('alter view %s set (security_invoker = true)', pg_temp.isolation_name(view)))
    end
  from pg_class
  where oid = view;
$$;

create function pg_temp.isolation_with_why(finding text, why text)
returns text
language sql
as $$
  select
    case
      when finding ~ '^(Shows|Changes) ' then finding || E'\n' || why
      else finding
    end;
$$;

-- Whether anybody can: it is planned only. Not every column of a view can be written, as where it is generated.
create function pg_temp.isolation_is_possible(statement text)
returns boolean
language plpgsql
as $$
begin
  execute 'explain ' || statement;
  return true;
exception
  when others then
    return false;
end
$$;

create function pg_temp.isolation_view_changes(view regclass, victim text, told text)
returns text
language plpgsql
as $$
declare
  name constant text := pg_temp.isolation_name(view);
  actor constant name := pg_temp.isolation_setting('role');
  updatable constant integer := pg_relation_is_updatable(view, true);
  sample jsonb;
  columns text[];
  finding text;
  changed text;
begin
  -- Told as well, since the view may ask for the tenant itself.
  perform set_config(pg_temp.isolation_setting('organization_setting'), victim, true);
  begin
    perform pg_temp.isolation_remove_all_of(told);
    select array_agg(attname::text order by attnum)
    into columns
    from pg_attribute
    where attrelid = view
      and attnum > 0
      and not attisdropped;
    execute format(
      'select jsonb_object(%L::text[], array[%s]::text[]) from %s as t limit 1',
      columns,
      (select string_agg(format('t.%I::text', part), ', ') from unnest(columns) as part),
      name)
    into sample;
    raise exception using errcode = 'UNDOE';
  exception
    when sqlstate 'UNDOE' then
      null;
  end;

  if sample is null then
    return format('There is nothing of tenant %s in %s, so nothing can be tried', victim, name);
  end if;

  if updatable & 16 <> 0 and has_table_privilege(actor, view, 'DELETE') then
    finding := pg_temp.isolation_damage(format('delete from %s', name), victim, told, array[told]);
  end if;

  if updatable & 4 <> 0 then
    foreach changed in array columns loop
      if has_column_privilege(actor, view, changed, 'UPDATE')
        and pg_temp.isolation_is_possible(format('update %s set %I = %L', name, changed, sample ->> changed))
      then
        finding := coalesce(
          finding,
          pg_temp.isolation_damage(
            format('update %s set %I = %L', name, changed, sample ->> changed), victim, told, array[told]),
          case when changed = pg_temp.isolation_setting('organization_column') then
            pg_temp.isolation_damage(format('update %s set %I = %L', name, changed, told), victim, told, array[told])
          end,
          case when changed = pg_temp.isolation_setting('organization_column') then
            pg_temp.isolation_damage(format('update %s set %I = %L', name, changed, victim), victim, told, '{}')
          end
        );
      end if;
    end loop;
  end if;

  columns := array(
    select part
    from unnest(columns) as part
    where has_column_privilege(actor, view, part, 'INSERT')
      and pg_temp.isolation_is_possible(
        format('insert into %s (%I) overriding system value values (%L)', name, part, sample ->> part))
  );
  if updatable & 8 <> 0 and columns <> '{}' then
    finding := coalesce(
      finding,
      pg_temp.isolation_damage(
        format(
          'insert into %s (%s) overriding system value values (%s)',
          name,
          (select string_agg(quote_ident(part), ', ' order by position)
           from unnest(columns) with ordinality as named (part, position)),
          (select string_agg(quote_nullable(sample ->> part), ', ' order by position)
           from unnest(columns) with ordinality as named (part, position))
        ),
        victim, told, array[told, victim]));
  end if;
  return finding;
end
$$;

-- 3 lines.
create function pg_temp.isolation_view_lines(view regclass, one text, other text)
returns setof text
language plpgsql
as $$
declare
  name constant text := pg_temp.isolation_name(view);
  actor constant name := pg_temp.isolation_setting('role');
  refreshed constant regclass := (select oid from pg_class where oid = view and relkind = 'm');
  query constant text := format('select * from %s', name);
begin
  if has_any_column_privilege(actor, view, 'SELECT') then
    return next pg_temp.isolation_line(
      name || ': shows a tenant nothing of the other',
      pg_temp.isolation_with_why(
        coalesce(
          pg_temp.isolation_query_finding(query, one, other, refreshed),
          pg_temp.isolation_query_finding(query, other, one, refreshed)),
        pg_temp.isolation_why_view(view)));
    return next pg_temp.isolation_line(
      name || ': shows nothing where no tenant was ever set',
      pg_temp.isolation_with_why(
        pg_temp.isolation_never_told_finding(actor, view), pg_temp.isolation_why_view(view)));
  else
    return next skip(format('%s: %I has no right to select', name, actor), 2);
  end if;

  if pg_relation_is_updatable(view, true) <> 0 and (
    has_any_column_privilege(actor, view, 'INSERT, UPDATE')
    or has_table_privilege(actor, view, 'DELETE')
  ) then
    return next pg_temp.isolation_line(
      name || ': changes nothing of the other',
      pg_temp.isolation_with_why(
        coalesce(
          pg_temp.isolation_view_changes(view, one, other),
          pg_temp.isolation_view_changes(view, other, one)),
        pg_temp.isolation_why_view(view)));
  else
    return next skip(format('%s: %I cannot change anything through it', name, actor), 1);
  end if;
end
$$;

-- Calls of a function with what a tenant's rows hold, of the types of its arguments. Arguments with a default are left out.
create function pg_temp.isolation_calls(function regprocedure, tenant text)
returns setof text
language plpgsql
as $$
declare
  called constant pg_proc := (select pg_proc from pg_proc where oid = function);
  name constant text := (
    select format('%I.%I', nspname, called.proname) from pg_namespace where oid = called.pronamespace);
  calls text[] := array[''];
  argument regtype;
  candidates text[];
begin
  foreach argument in array (called.proargtypes::oid[])[0:called.pronargs - called.pronargdefaults - 1] loop
    candidates := array(
      select distinct format('%L::%s', cell.value, argument)
      from isolation_table
      join pg_attribute on attrelid = target and attnum > 0 and not attisdropped and atttypid = argument
      cross join lateral unnest(pg_temp.isolation_all_rows(target, tenant)) as filled
      cross join lateral jsonb_each_text(filled.cells) as cell
      where cell.key = attname
        and cell.value is not null
      union
      select format('%L::%s', tenant, argument)
      where argument in ('text'::regtype, 'uuid'::regtype, 'character varying'::regtype)
    );
    calls := array(
      select concat_ws(', ', nullif(call, ''), candidate)
      from unnest(calls) as call
      cross join unnest(candidates) as candidate
      limit 200
    );
  end loop;

  return query
  select format(case called.prokind when 'p' then 'call %s(%s)' else 'select * from %s(%s)' end, name, call)
  from unnest(calls) as call;
end
$$;

-- The views that a role may read, and the functions that run as their owner and that it may call, but for those of extensions
-- and those that are trusted.
create function pg_temp.isolation_views(actor name)
returns setof pg_class
language sql
as $$
  select pg_class.*
  from pg_class
  join pg_namespace on pg_namespace.oid = relnamespace
  where relkind in ('v', 'm')
    and nspname not in ('pg_catalog', 'information_schema')
    and nspname !~ '^pg_(toast|temp)'
    and (
      has_any_column_privilege(actor, pg_class.oid, 'SELECT, INSERT, UPDATE')
      or has_table_privilege(actor, pg_class.oid, 'DELETE')
    )
    and pg_class.oid <> all (pg_temp.isolation_excepted())
    and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e')
  order by relname;
$$;

create function pg_temp.isolation_functions(actor name)
returns setof pg_proc
language sql
as $$
  select pg_proc.*
  from pg_proc
  join pg_namespace on pg_namespace.oid = pronamespace
  where prosecdef
    and prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
    and nspname not in ('pg_catalog', 'information_schema')
    and has_function_privilege(actor, pg_proc.oid, 'EXECUTE')
    and pg_proc.oid <> all (pg_temp.isolation_excepted())
    and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e')
  order by proname, pg_proc.oid;
$$;

create function pg_temp.isolation_function_finding(function regprocedure, one text, other text)
returns text
language plpgsql
as $$
declare
  call text;
  finding text;
  at_stake integer := 0;
  calls integer := 0;
begin
  for call in select * from pg_temp.isolation_calls(function, one) loop
    calls := calls + 1;
    finding := coalesce(
      pg_temp.isolation_damage(call, one, other, '{}'),
      pg_temp.isolation_damage(call, one, '', '{}'));
    if finding is null and call like 'select %' and pg_temp.isolation_at_stake(call, one, null) then
      at_stake := at_stake + 1;
      finding := pg_temp.isolation_query_finding(call, one, other, null);
    end if;
    if finding is not null then
      return finding;
    end if;
  end loop;

  if at_stake = 0 then
    return format(
      E'It was called %s times with what rows of tenant %s hold, and nothing of that tenant was in it\n'
      'Try it with query_isolates and arguments that show something, and name it in configure(trusted => ...)',
      calls, one);
  end if;
  return null;
exception
  when sqlstate 'BROKE' then
    return sqlerrm;
end
$$;

-- 2 lines.
create function pg_temp.isolation_function_lines(function regprocedure, one text, other text)
returns setof text
language plpgsql
as $$
declare
  called constant pg_proc := (select pg_proc from pg_proc where oid = function);
  name constant text := format(
    '%s(%s)',
    (select format('%I.%I', nspname, called.proname) from pg_namespace where oid = called.pronamespace),
    pg_get_function_identity_arguments(function));
  why constant text := pg_temp.isolation_runs_as_owner(
    'Function ' || name,
    called.proowner,
    format(
      'alter routine %s security invoker, or let it ask for the tenant; if it is meant to, configure(trusted => ...)',
      name));
begin
  return next pg_temp.isolation_line(
    name || ': shows and changes nothing of the other',
    pg_temp.isolation_with_why(
      coalesce(
        pg_temp.isolation_function_finding(function, one, other),
        pg_temp.isolation_function_finding(function, other, one)),
      why));
  return next pg_temp.isolation_line(
    name || ': shows and changes nothing where no tenant was ever set',
    pg_temp.isolation_with_why(
      pg_temp.isolation_never_told_finding(pg_temp.isolation_setting('role')::name, function), why));
end
$$;

-- === No tenant ever set ===

-- Nothing here may set the setting, so whether something is at stake is for others to ask.
create function pg_temp.isolation_query_never_told(query text, victims text[], refreshed regclass)
returns text
language plpgsql
as $$
declare
  victim text;
  finding text;
begin
  foreach victim in array victims loop
    finding := coalesce(
      finding,
      case when query like 'select %' then
        pg_temp.isolation_leak(query, victim, null, array[victim], refreshed)
      end,
      pg_temp.isolation_damage(query, victim, null, '{}'));
  end loop;
  return finding;
exception
  when sqlstate 'BROKE' then
    return sqlerrm;
end
$$;

-- Tries it for all that there is, once.
create function pg_temp.isolation_try_never_told(role name, tenants text[])
returns void
language plpgsql
as $$
begin
  if exists (select from isolation_never_told where actor = role) or pg_temp.isolation_told() is not null then
    return;
  end if;

  insert into isolation_never_told (actor, object, finding)
  select role, target, pg_temp.isolation_without_tenant(target, role, null, tenants)
  from isolation_table
  where exists (
    select
    from unnest(tenants) as tenant
    where pg_temp.isolation_fingerprint(target, pg_temp.isolation_condition(target, tenant)) is not null
  );

  insert into isolation_never_told (actor, object, finding)
  select
    role,
    oid,
    pg_temp.isolation_query_never_told(
      format('select * from %s', pg_temp.isolation_name(oid)), tenants, case when relkind = 'm' then oid end::regclass)
  from pg_temp.isolation_views(role)
  where has_any_column_privilege(role, oid, 'SELECT');

  insert into isolation_never_told (actor, object, finding)
  select
    role,
    oid,
    (
      select min(pg_temp.isolation_query_never_told(call, tenants, null))
      from unnest(tenants) as tenant
      cross join lateral pg_temp.isolation_calls(oid, tenant) as call
    )
  from pg_temp.isolation_functions(role);
end
$$;

create function pg_temp.isolation_never_told_finding(role name, tried oid)
returns text
language plpgsql
as $$
declare
  known isolation_never_told;
begin
  select * into known from isolation_never_told where actor = role and object = tried;
  if known.object is not null then
    return known.finding;
  end if;
  if exists (select from isolation_never_told where actor = role) then
    return E'It, or a row of it, was not there when this was tried, in the first test of isolation in this file\n'
      'Create all tables and insert all rows before';
  end if;
  return format(
    E'%s was set in this session before, and reads as an empty text from then on, so this could not be tried\n'
    'Test isolation before the first work_for, or in a file of its own',
    pg_temp.isolation_setting('organization_setting'));
end
$$;

create function pg_temp.isolation_role_finding(role name)
returns text
language sql
as $$
  select
    case
      when bool_or(rolname = role) then
        format(
          'Row security does not apply to role %I, which is a superuser or has BYPASSRLS: '
          'alter role %I nosuperuser nobypassrls',
          role, role)
      when count(*) > 0 then
        format(
          'Role %I can become %s, to whom row security does not apply: revoke that',
          role, string_agg(quote_ident(rolname), ', ' order by rolname))
    end
  from pg_roles
  where (rolsuper or rolbypassrls)
    and pg_has_role(role, oid, 'MEMBER');
$$;

-- === What tests call ===

-- What one file of tests has to know before anything is tried, and who has to be who.
create function pg_temp.isolation_prepare(one text, other text)
returns void
language plpgsql
as $$
begin
  perform pg_temp.isolation_become_administrator();
  if one is null or other is null or one = other or '' in (one, other) then
    raise exception 'isolation takes two tenants, and was given % and %',
      coalesce(quote_literal(one), 'null'), coalesce(quote_literal(other), 'null')
      using errcode = 'invalid_parameter_value';
  end if;
  if not exists (select from pg_roles where rolname = pg_temp.isolation_setting('role')) then
    raise exception 'there is no role %', quote_literal(pg_temp.isolation_setting('role'))
      using
        errcode = 'undefined_object',
        hint = 'Name the one that the application has in configure(role => ...).';
  end if;
  perform pg_temp.isolation_find_tables();
  perform pg_temp.isolation_try_never_told(pg_temp.isolation_setting('role')::name, array[one, other]);
end
$$;

-- Whom the test worked for goes on.
create function pg_temp.isolation_go_on(role name, told text)
returns void
language plpgsql
as $$
begin
  if pg_temp.isolation_told() is not null then
    perform set_config(pg_temp.isolation_setting('organization_setting'), coalesce(told, ''), true);
  end if;
  perform set_config('role', role, true);
end
$$;

create function :"tenant_schema".isolates(schema_name name, table_name name, one text, other text)
returns setof text
language plpgsql
as $$
declare
  role constant name := current_setting('role');
  told constant text := pg_temp.isolation_told();
  named constant text := format('%I.%I', schema_name, table_name);
begin
  perform pg_temp.isolation_prepare(one, other);
  if to_regclass(named) is null then
    return next pg_temp.isolation_line(named || ': is there', 'There is no such table');
    return next skip(format('there is no %s', named), 13);
  else
    return query select * from pg_temp.isolation_table_lines(to_regclass(named), one, other);
  end if;
  perform pg_temp.isolation_go_on(role, told);
end
$$;

comment on function :"tenant_schema".isolates is
  'tries what two tenants must not do with each other''s rows in a table: 14 tests';

create function :"tenant_schema".view_isolates(schema_name name, view_name name, one text, other text)
returns setof text
language plpgsql
as $$
declare
  role constant name := current_setting('role');
  told constant text := pg_temp.isolation_told();
  named constant text := format('%I.%I', schema_name, view_name);
begin
  perform pg_temp.isolation_prepare(one, other);
  if to_regclass(named) is null then
    return next pg_temp.isolation_line(named || ': is there', 'There is no such view');
    return next skip(format('there is no %s', named), 2);
  else
    return query select * from pg_temp.isolation_view_lines(to_regclass(named), one, other);
  end if;
  perform pg_temp.isolation_go_on(role, told);
end
$$;

comment on function :"tenant_schema".view_isolates is
  'tries what two tenants must not see, and not do, of each other through a view: 3 tests';

create function :"tenant_schema".query_isolates(query text, one text, other text, description text default null)
returns text
language plpgsql
as $$
declare
  role constant name := current_setting('role');
  told constant text := pg_temp.isolation_told();
  line text;
begin
  perform pg_temp.isolation_prepare(one, other);
  line := pg_temp.isolation_line(
    coalesce(description, query || ': shows ' || other || ' nothing of ' || one),
    pg_temp.isolation_query_finding(rtrim(query, E'; \n\t'), one, other, null));
  perform pg_temp.isolation_go_on(role, told);
  return line;
end
$$;

comment on function :"tenant_schema".query_isolates is
  'tries whether a query, such as a call of a function, shows or changes something of tenant one for the other: 1 test';

create function :"tenant_schema".role_is_bound(role name default null)
returns text
language plpgsql
as $$
declare
  tried constant name := coalesce(role, pg_temp.isolation_setting('role')::name);
begin
  return pg_temp.isolation_line(format('role %I: is bound by policies', tried), pg_temp.isolation_role_finding(tried));
end
$$;

comment on function :"tenant_schema".role_is_bound is
  'whether a role is no superuser, has not BYPASSRLS, and can become none that does: 1 test';

create function :"tenant_schema".schema_isolates(schema_name name, one text, other text)
returns setof text
language plpgsql
as $$
declare
  role constant name := current_setting('role');
  told constant text := pg_temp.isolation_told();
  actor constant name := pg_temp.isolation_setting('role');
  schema_oid constant oid := to_regnamespace(quote_ident(schema_name));
  found oid;
begin
  if schema_oid is null then
    raise exception 'there is no schema %', quote_literal(schema_name)
      using errcode = 'invalid_schema_name';
  end if;
  perform pg_temp.isolation_prepare(one, other);

  return next pg_temp.isolation_line(format('role %I: is bound by policies', actor), pg_temp.isolation_role_finding(actor));
  return next pg_temp.isolation_line(
    'what is named as global or trusted is there',
    (
      select 'Not there, or not named as schema.table, schema.function(type): ' || string_agg(named, ', ')
      from pg_temp.isolation_named() as named
      where pg_temp.isolation_object(named) is null
      having count(*) > 0
    ));

  for found in
    select oid
    from pg_class
    where relnamespace = schema_oid
      and relkind in ('r', 'p', 'f')
      and oid <> all (pg_temp.isolation_excepted())
      and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e')
      and (
        exists (select from isolation_table where target = pg_class.oid)
        or has_any_column_privilege(actor, oid, 'SELECT, INSERT, UPDATE')
        or has_table_privilege(actor, oid, 'DELETE, TRUNCATE')
      )
    order by relname
  loop
    return query select * from pg_temp.isolation_table_lines(found, one, other);
  end loop;

  for found in select oid from pg_temp.isolation_views(actor) where relnamespace = schema_oid loop
    return query select * from pg_temp.isolation_view_lines(found, one, other);
  end loop;

  for found in select oid from pg_temp.isolation_functions(actor) where pronamespace = schema_oid loop
    return query select * from pg_temp.isolation_function_lines(found, one, other);
  end loop;
  perform pg_temp.isolation_go_on(role, told);
end
$$;

comment on function :"tenant_schema".schema_isolates is
  'tries the role of the application, and each table, view and SECURITY DEFINER function that it finds in a schema';

-- A test that is run as somebody whom no policy binds says nothing about policies.
create function pg_temp.isolation_nobody_works()
returns text
language sql
as $$
  select case when pg_temp.isolation_bypasses(current_user) then
    format('Row security does not apply to %I: call work_for or work_for_nobody before', current_user)
  end;
$$;

-- The policies of the tables that a statement is about, a line each.
create function pg_temp.isolation_in_the_way(statement text)
returns text
language plpgsql
as $$
declare
  actor constant text := current_setting('role');
  plan jsonb;
begin
  perform pg_temp.isolation_become_administrator();
  execute 'explain (verbose, format json) ' || statement into plan;
  perform set_config('role', actor, true);

  return (
    select string_agg(
      case
        when policyname is null then format(E'\n%I.%I has no policies', schema_name, table_name)
        else format(
          E'\n%I.%I has policy %I (%s, for %s to %s) %s',
          schema_name, table_name, policyname, lower(permissive), lower(cmd), array_to_string(roles, ', '),
          pg_temp.isolation_clauses(qual, with_check))
      end,
      '' order by schema_name, table_name, policyname)
    from (
      select distinct node ->> 'Schema' as schema_name, node ->> 'Relation Name' as table_name
      from jsonb_path_query(plan, 'strict $.**') as node
      where jsonb_typeof(node) = 'object'
        and node ? 'Relation Name'
    ) as named
    left join pg_policies on schemaname = schema_name and tablename = table_name
  );
exception
  -- What cannot be planned has failed before.
  when others then
    return null;
end
$$;

-- What is wrong, with the policies that decided on it; where nobody works, that comes before everything else.
create function pg_temp.isolation_finding_of(statement text, finding text)
returns text
language sql
as $$
  select
    coalesce(
      pg_temp.isolation_nobody_works(),
      finding || coalesce(pg_temp.isolation_in_the_way(statement), ''));
$$;

create function :"tenant_schema".sees(query text, expected bigint, description text default null)
returns text
language plpgsql
as $$
declare
  seen bigint;
begin
  execute query;
  get diagnostics seen = row_count;
  return pg_temp.isolation_line(
    coalesce(description, format('sees %s rows: %s', expected, query)),
    pg_temp.isolation_finding_of(
      query,
      case when seen <> expected then
        format('Saw %s rows %s, not %s: %s', seen, pg_temp.isolation_as_whom_now(), expected, query)
      end));
end
$$;

comment on function :"tenant_schema".sees is
  'whether a query shows that many rows to whom the test works for: 1 test';

create function :"tenant_schema".sees_nothing(query text, description text default null)
returns text
language plpgsql
as $$
declare
  seen bigint;
begin
  execute query;
  get diagnostics seen = row_count;
  return pg_temp.isolation_line(
    coalesce(description, 'sees nothing: ' || query),
    pg_temp.isolation_finding_of(
      query,
      case when seen > 0 then format('Saw %s rows %s: %s', seen, pg_temp.isolation_as_whom_now(), query) end));
end
$$;

comment on function :"tenant_schema".sees_nothing is
  'whether a query shows no row to whom the test works for: 1 test';

create function :"tenant_schema".cannot_insert(statement text, description text default null)
returns text
language plpgsql
as $$
declare
  finding text;
begin
  begin
    execute statement;
    raise exception using errcode = 'UNDOE';
  exception
    when insufficient_privilege then
      null;
    when sqlstate 'UNDOE' then
      finding := format('Got through %s: %s', pg_temp.isolation_as_whom_now(), statement);
    when others then
      finding := format(
        'Failed %s, but not for a policy or a right: %s (%s)', pg_temp.isolation_as_whom_now(), sqlerrm, statement);
  end;
  return pg_temp.isolation_line(
    coalesce(description, 'cannot insert: ' || statement), pg_temp.isolation_finding_of(statement, finding));
end
$$;

comment on function :"tenant_schema".cannot_insert is
  'whether a policy, or the lack of a right, refuses a statement of whom the test works for; it is undone: 1 test';

create function :"tenant_schema".changes_nothing(statement text, description text default null)
returns text
language plpgsql
as $$
declare
  changed bigint;
  finding text;
begin
  begin
    execute statement;
    get diagnostics changed = row_count;
    raise exception using errcode = 'UNDOE';
  exception
    when insufficient_privilege then
      null;
    when sqlstate 'UNDOE' then
      if changed > 0 then
        finding := format('Changed %s rows %s: %s', changed, pg_temp.isolation_as_whom_now(), statement);
      end if;
    when others then
      finding := format(
        'Failed %s, but not for a policy or a right: %s (%s)', pg_temp.isolation_as_whom_now(), sqlerrm, statement);
  end;
  return pg_temp.isolation_line(
    coalesce(description, 'changes nothing: ' || statement), pg_temp.isolation_finding_of(statement, finding));
end
$$;

comment on function :"tenant_schema".changes_nothing is
  'whether an UPDATE or DELETE of whom the test works for reaches no row, or is refused; it is undone: 1 test';

-- Whoever a test works for calls these.
grant usage on schema :"tenant_schema" to public;
grant execute on all functions in schema :"tenant_schema" to public;
grant execute on all functions in schema pg_temp to public;
