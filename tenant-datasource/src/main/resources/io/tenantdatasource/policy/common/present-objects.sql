-- As SQL text in settings, to be executed where it is needed: temporary functions would need the right to create them.
--
-- present_objects: what is on the tables $1, by kind and name, and whether it is ours. What is ours says so in a comment,
-- 'tenant-datasource: …'; the policies that former versions left without one are in the setting our_policies. rendering is
-- the definition, without that of which a later step is in charge.
do $present_objects$
begin
  perform pg_catalog.set_config('tenant_datasource.present_objects', $text$
    select
      kind,
      relation,
      name,
      comment,
      starts_with(comment, 'tenant-datasource: ')
        or kind = 'policy' and id = any (current_setting('tenant_datasource.our_policies')::oid[]) as ours,
      identity,
      case
        when kind in ('constraint', 'column') then format('alter table %s drop %s %I', relation::regclass, kind, name)
        else 'drop ' || identity
      end as drop_statement,
      rendering
    from (
      select
        'policy', oid, polrelid, polname, coalesce(obj_description(oid, 'pg_policy'), ''),
        format('policy %I on %s', polname, polrelid::regclass),
        concat_ws(' ',
          polcmd,
          polpermissive,
          array(
            select case roleid when 0 then 'public' else roleid::regrole::text end
            from unnest(polroles) as roleid
            order by 1),
          pg_get_expr(polqual, polrelid),
          'with check ' || pg_get_expr(polwithcheck, polrelid))
      from pg_policy
      where polrelid = any ($1)

      union all
      select
        'constraint', oid, conrelid, conname, coalesce(obj_description(oid, 'pg_constraint'), ''),
        format('constraint %I on %s', conname, conrelid::regclass),
        regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', '')
          || array(select tgenabled from pg_trigger where tgconstraint = pg_constraint.oid order by tgenabled)::text
      from pg_constraint
      where conrelid = any ($1)

      union all
      select
        'trigger', oid, tgrelid, tgname, coalesce(obj_description(oid, 'pg_trigger'), ''),
        format('trigger %I on %s', tgname, tgrelid::regclass),
        concat_ws(' ', tgenabled, pg_get_triggerdef(oid))
      from pg_trigger
      where tgrelid = any ($1)
        and not tgisinternal

      union all
      select
        'index', indexrelid, indrelid, relname, coalesce(obj_description(indexrelid, 'pg_class'), ''),
        format('index %s', indexrelid::regclass),
        pg_get_indexdef(indexrelid)
      from pg_index
      join pg_class on oid = indexrelid
      where indrelid = any ($1)

      -- The column's definition is the table's affair.
      union all
      select
        'column', attrelid, attrelid, attname, coalesce(col_description(attrelid, attnum), ''),
        format('column %s.%I', attrelid::regclass, attname),
        ''
      from pg_attribute
      where attrelid = any ($1)
        and attnum > 0
        and not attisdropped

      -- A table shares its schema's functions with others; its own are those that its triggers call.
      union all
      select
        'function', pg_proc.oid, pg_class.oid, proname,
        case
          when exists (select from pg_trigger where tgfoid = pg_proc.oid and tgrelid = pg_class.oid)
            or not exists (select from pg_trigger where tgfoid = pg_proc.oid)
          then coalesce(obj_description(pg_proc.oid, 'pg_proc'), '')
          else ''
        end,
        format('function %s', pg_proc.oid::regprocedure),
        case prokind when 'f' then pg_get_functiondef(pg_proc.oid) end
      from pg_class
      join pg_proc on pronamespace = relnamespace
      where pg_class.oid = any ($1)
        and pronargs = 0
    ) as present (kind, id, relation, name, comment, identity, rendering)
  $text$, false);
end
$present_objects$;
