-- The named views are to read with the rights of whoever runs the query. They are altered together with the table's lock,
-- before it: a query locks a view first and then its tables, so the other way round it would be a deadlock. What they were
-- like before the first run becomes part of the comment that policies.sql leaves.
do $prepare_views$
declare
  root constant regclass := current_setting('tenant_datasource.table');
  named record;
  kind "char";
  view_owner oid;
  was text;
  remembered jsonb;
  alter_views jsonb := '{}';
begin
  remembered := coalesce(
    (
      select substring(obj_description(oid, 'pg_policy')
        from '^tenant-datasource: table; (?:.*; )?views (.*); row security was .*$')::jsonb
      from pg_policy
      where polrelid = root
        and polname = 'tenant_select_policy'
    ),
    '{}');

  for named in
    select view_name, to_regclass(view_name) as found
    from (
      select format('%I.%I', views[i][1], views[i][2])
      from (select current_setting('tenant_datasource.views')::text[]) as setting (views), generate_subscripts(views, 1) as i
    ) as names (view_name)
    order by view_name
  loop
    if named.found is null then
      raise exception 'there is no view %', named.view_name
        using
          errcode = 'undefined_table',
          hint = 'Create it first, or name another one.';
    end if;

    select
      relkind,
      relowner,
      (select option_value from pg_options_to_table(reloptions) where option_name = 'security_invoker')
    into strict kind, view_owner, was
    from pg_class
    where oid = named.found;

    if kind <> 'v' then
      raise exception '% is not a view', named.found
        using
          errcode = 'wrong_object_type',
          hint = 'Only views can have security_invoker. A materialized view is a copy: revoke the rights on it instead.';
    end if;
    if not pg_has_role(view_owner, 'usage') then
      raise exception 'must be owner of view %', named.found
        using
          errcode = 'insufficient_privilege',
          hint = format('Do not name it, and have %s run: alter view %s set (security_invoker = true)',
            view_owner::regrole, named.found);
    end if;

    if not coalesce(was::boolean, false) and not jsonb_exists(remembered, named.found::text) then
      remembered := remembered || jsonb_build_object(named.found::text, was);
    end if;
    if not coalesce(was::boolean, false) then
      alter_views := alter_views
        || jsonb_build_object(named.found::text, format('alter view %s set (security_invoker = true)', named.found));
    end if;
  end loop;

  perform
    set_config('tenant_datasource.alter_views', alter_views::text, true),
    set_config('tenant_datasource.remembered', coalesce('views ' || nullif(remembered, '{}')::text, ''), true);
end
$prepare_views$;
