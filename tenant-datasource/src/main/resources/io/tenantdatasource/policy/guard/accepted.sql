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
