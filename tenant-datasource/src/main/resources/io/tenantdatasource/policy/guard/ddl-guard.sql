-- Event triggers that refuse what would newly show the role that serves requests rows that the policies of tenant-datasource hide, or
-- report it. As a superuser, in one transaction. Can be run again; no table is locked.

select
  pg_catalog.set_config('tenant_datasource.guard_schema', :'schema', true),
  pg_catalog.set_config('tenant_datasource.guard_accepts', :'accept', true),
  pg_catalog.set_config('tenant_datasource.guard_reports', :'reports', true);

\ir ../common/begin.sql

do $refuse_names_that_mean_nothing$
declare
  unknown text;
begin
  select string_agg(name, ', ' order by name)
  into unknown
  from regexp_split_to_table(current_setting('tenant_datasource.guard_accepts'), '[[:space:]]*;[[:space:]]*') as name
  where name <> ''
    and case when name ~ '[)]$' then to_regprocedure(name)::oid else to_regclass(name)::oid end is null;

  if unknown is not null then
    raise exception 'nothing to accept is called %', unknown
      using
        errcode = 'undefined_object',
        hint = 'Name each with its schema, and functions with the types of their arguments: public.search(text).';
  end if;
end
$refuse_names_that_mean_nothing$;

-- It runs as whoever makes the change, and only reads the catalogue. What was exposed before a command is no fault of that command, so
-- it asks before and after. Commands inside of another one, such as those of an extension's script, are that one's.
do $write_guard$
begin
  perform set_config('tenant_datasource.create_function', format(
    'create function %I.tenant_datasource_ddl_guard() returns event_trigger language plpgsql set search_path = pg_catalog, pg_temp '
      'set tenant_datasource.accepted_by_guard = %L set tenant_datasource.guard_reports = %L as ',
    current_setting('tenant_datasource.guard_schema'),
    current_setting('tenant_datasource.guard_accepts'),
    current_setting('tenant_datasource.guard_reports')) || $create_function$$guard$
declare
  level integer := coalesce(nullif(current_setting('tenant_datasource.guard_level', true), ''), '0');
  known text[] := coalesce(nullif(current_setting('tenant_datasource.guard_known', true), ''), '{}');
  is_start constant boolean := tg_event = 'ddl_command_start';
  -- ALTER TABLE … DETACH PARTITION … CONCURRENTLY commits in between: what was known before is lost, and it is too late to refuse.
  is_too_late constant boolean := not is_start and level = 0;
  altered text;
  identities text[];
  openings text;
  advice text;
begin
  if current_setting('tenant_datasource.ddl_guard', true) = 'off' then
    return;
  end if;

  level := greatest(level + case when is_start then 1 else -1 end, 0);
  perform set_config('tenant_datasource.guard_level', level::text, true);

  -- By an ALTER POLICY, ours may come to say anything, and keep its mark.
  if not is_start then
    select string_agg(format('%I on %s (policy-that-was-altered)', polname, polrelid::regclass), ', ' order by polname, polrelid)
    into altered
    from pg_event_trigger_ddl_commands() as command
    join pg_policy as policy
      on command.classid = 'pg_policy'::regclass
      and policy.oid = command.objid
    where command.command_tag = 'ALTER POLICY'
      and starts_with(obj_description(policy.oid, 'pg_policy'), 'tenant-datasource: ');
  end if;

  if level = is_start::integer then
    with recursive
\ir question.sql

\ir exposed.sql

\ir told.sql
  end if;

  if is_start then
    if level = 1 then
      perform set_config('tenant_datasource.guard_known', coalesce(identities, '{}')::text, true);
    end if;
    return;
  end if;

  openings := nullif(concat_ws(', ', openings, altered), '');
  advice := concat_ws(
    ' ',
    advice,
    case when altered is not null then 'Leave the policies of tenant-datasource as they are, or apply them again.' end,
    'To make several changes before this is asked: set local tenant_datasource.ddl_guard = off, and run require-protected after them.');
  if openings is null then
    return;
  end if;
  if is_too_late or current_setting('tenant_datasource.guard_reports') = 'yes' then
    raise warning 'rows that policies hide would be shown, after %, by %', tg_tag, openings
      using hint = advice;
    return;
  end if;
  raise exception 'rows that policies hide would be shown, after %, by %', tg_tag, openings
    using
      errcode = 'object_not_in_prerequisite_state',
      hint = advice;
end
$guard$$create_function$, true);
end
$write_guard$;

\ir drop-guard.sql

do $create_guard$
declare
  function_name constant text := format(
    '%I.tenant_datasource_ddl_guard()', current_setting('tenant_datasource.guard_schema'));
  tags constant text[] := array[
    'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE', 'CREATE FOREIGN TABLE', 'ALTER FOREIGN TABLE',
    'IMPORT FOREIGN SCHEMA', 'CREATE SCHEMA', 'CREATE EXTENSION', 'ALTER EXTENSION', 'CREATE VIEW', 'ALTER VIEW',
    'CREATE MATERIALIZED VIEW', 'ALTER MATERIALIZED VIEW', 'CREATE RULE', 'CREATE FUNCTION', 'ALTER FUNCTION', 'CREATE PROCEDURE',
    'ALTER PROCEDURE', 'ALTER ROUTINE', 'CREATE POLICY', 'ALTER POLICY', 'GRANT'];
  moment text;
  taken text;
begin
  select string_agg(name, ', ')
  into taken
  from (
    select function_name where to_regprocedure(function_name) is not null
    union all
    select 'event trigger ' || evtname
    from pg_event_trigger
    where evtname in ('tenant_datasource_ddl_guard_start', 'tenant_datasource_ddl_guard_end')
  ) as present (name);

  if taken is not null then
    raise exception 'somebody else has given the names of those to be created to: %', taken
      using
        errcode = 'duplicate_object',
        hint = 'Drop them, or keep them under another name.';
  end if;

  execute current_setting('tenant_datasource.create_function');
  execute format('comment on function %s is %L', function_name, 'tenant-datasource: ddl guard');

  foreach moment in array array['start', 'end'] loop
    execute format(
      'create event trigger tenant_datasource_ddl_guard_%s on ddl_command_%1$s when tag in (%s) execute function %s',
      moment, (select string_agg(quote_literal(tag), ', ') from unnest(tags) as tag), function_name);
    execute format(
      'comment on event trigger tenant_datasource_ddl_guard_%s is %L', moment, 'tenant-datasource: ddl guard');
  end loop;
exception
  when insufficient_privilege then
    raise exception '% may not create an event trigger: %', quote_ident(current_user), sqlerrm
      using
        errcode = 'insufficient_privilege',
        hint = 'Have a superuser run this once. Or run require-protected after each migration, which needs no right of its own: '
          'Flyway and Liquibase do that by themselves.';
end
$create_guard$;

\ir ../common/end.sql
