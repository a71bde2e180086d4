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
\ir question.sql

\ir exposed.sql

\ir told.sql

  if openings is not null then
    raise exception 'rows that policies hide would be shown by %', openings
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = advice;
  end if;

  perform set_config('search_path', path, true);
end
$require_protected$;
