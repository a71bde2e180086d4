-- What is in the schemas of a database, one line a fact, without oids, in a stable order. An ACL that was never touched is
-- the same as one that was granted and revoked again, so NULL counts as its default. Names are qualified and quoted as they
-- have to be, which needs a search_path of pg_catalog alone.
--
-- What has no name that can be qualified is called after what it belongs to: 'policy x on public.t'.

with
schemas as (
  select oid, nspname, nspowner, nspacl
  from pg_namespace
  where nspname <> 'information_schema'
    and nspname !~ '^pg_'
),

relations as (
  select
    pg_class.*,
    pg_class.oid::regclass::text as name,
    case relkind
      when 'r' then 'table'
      when 'p' then 'partitioned table'
      when 'f' then 'foreign table'
      when 'v' then 'view'
      when 'm' then 'materialized view'
      when 'S' then 'sequence'
      when 'c' then 'composite type'
    end as kind
  from pg_class
  join schemas on schemas.oid = relnamespace
  where relkind not in ('i', 'I', 't')
),

columns as (
  select
    pg_attribute.*,
    format('column %s.%I', relations.name, attname) as name,
    row_number() over (partition by attrelid order by attnum) as position
  from pg_attribute
  join relations on relations.oid = attrelid
  where attnum > 0
    and not attisdropped
    and relkind <> 'S'
),

routines as (
  select pg_proc.*, 'function ' || pg_proc.oid::regprocedure as name
  from pg_proc
  join schemas on schemas.oid = pronamespace
),

types as (
  select pg_type.*, 'type ' || pg_type.oid::regtype as name
  from pg_type
  join schemas on schemas.oid = typnamespace
  where typtype in ('d', 'e')
    or typtype in ('r', 'm') and typrelid = 0
),

facts (object, fact) as (
  select format('schema %I', nspname), format('owner %s', nspowner::regrole)
  from schemas
  union all
  select format('schema %I', nspname), 'comment ' || obj_description(oid, 'pg_namespace')
  from schemas

  union all
  select format('%s %s', kind, name), format('owner %s, persistence %s', relowner::regrole, relpersistence)
  from relations
  union all
  select format('%s %s', kind, name), 'options ' || reloptions::text
  from relations
  union all
  select format('%s %s', kind, name), format('replica identity %s', relreplident)
  from relations
  where relkind in ('r', 'p')
  union all
  select
    format('%s %s', kind, name),
    format('row security %s%s',
      case when relrowsecurity then 'on' else 'off' end, case when relforcerowsecurity then ', forced' end)
  from relations
  where relkind in ('r', 'p', 'f')
  union all
  select format('%s %s', kind, name), 'partition by ' || pg_get_partkeydef(oid)
  from relations
  union all
  select
    format('%s %s', kind, name),
    concat_ws(' ', 'child of', inhparent::regclass, pg_get_expr(relpartbound, relations.oid))
  from relations
  join pg_inherits on inhrelid = relations.oid
  union all
  select format('%s %s', kind, name), 'comment ' || obj_description(oid, 'pg_class')
  from relations
  union all
  select format('%s %s', kind, name), 'defined as ' || pg_get_viewdef(oid)
  from relations
  where relkind in ('v', 'm')
  union all
  select
    format('%s %s', kind, name),
    format('counts %s from %s by %s between %s and %s, cache %s, cycle %s',
      seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle)
  from relations
  join pg_sequence on seqrelid = relations.oid

  union all
  select
    columns.name,
    concat_ws(' ',
      'position', position,
      format_type(atttypid, atttypmod),
      case when attnotnull then 'not null' end,
      case when attcollation <> typcollation then format('collation %s', attcollation::regcollation) end,
      case when attidentity <> '' then format('identity %s', attidentity) end,
      case when attgenerated <> '' then format('generated %s', attgenerated) end,
      case when not attislocal then 'inherited' end)
  from columns
  join pg_type on pg_type.oid = atttypid
  union all
  select name, 'default ' || pg_get_expr(adbin, adrelid)
  from columns
  join pg_attrdef on adrelid = attrelid and adnum = attnum
  union all
  select name, 'options ' || attoptions::text
  from columns
  union all
  select name, 'comment ' || col_description(attrelid, attnum)
  from columns

  union all
  select
    format('constraint %I on %s', conname, coalesce(relations.name, types.name)),
    concat_ws(' ',
      pg_get_constraintdef(pg_constraint.oid),
      case when not convalidated then 'not proven' end,
      case when not conislocal then 'inherited' end)
  from pg_constraint
  left join relations on relations.oid = conrelid
  left join types on types.oid = contypid
  where coalesce(relations.oid, types.oid) is not null
  union all
  select
    format('constraint %I on %s', conname, relations.name), 'comment ' || obj_description(pg_constraint.oid, 'pg_constraint')
  from pg_constraint
  join relations on relations.oid = conrelid

  union all
  select
    'index ' || indexrelid::regclass,
    concat_ws(' ',
      pg_get_indexdef(indexrelid),
      case when not indisvalid then 'not valid' end,
      case when not indisready then 'not ready' end,
      case when indisclustered then 'clustered' end,
      case when indisreplident then 'replica identity' end)
  from pg_index
  join relations on relations.oid = indrelid
  union all
  select 'index ' || indexrelid::regclass, 'comment ' || obj_description(indexrelid, 'pg_class')
  from pg_index
  join relations on relations.oid = indrelid

  union all
  select
    format('trigger %I on %s', tgname, relations.name),
    format('enabled %s: %s', tgenabled, pg_get_triggerdef(pg_trigger.oid))
  from pg_trigger
  join relations on relations.oid = tgrelid
  where not tgisinternal
  union all
  select
    format('trigger %I on %s', tgname, relations.name), 'comment ' || obj_description(pg_trigger.oid, 'pg_trigger')
  from pg_trigger
  join relations on relations.oid = tgrelid

  -- Those that an administrator switches off, foreign keys by DISABLE TRIGGER ALL, too.
  union all
  select relations.name, format('%s triggers of constraints are enabled %s', count(*), tgenabled)
  from pg_trigger
  join relations on relations.oid = tgrelid
  where tgisinternal
    and tgenabled <> 'O'
  group by relations.name, tgenabled

  union all
  select
    format('rule %I on %s', rulename, relations.name), format('enabled %s: %s', ev_enabled, pg_get_ruledef(pg_rewrite.oid))
  from pg_rewrite
  join relations on relations.oid = ev_class
  where rulename <> '_RETURN'

  union all
  select
    format('policy %I on %s', polname, relations.name),
    format('%s for %s to %s',
      case when polpermissive then 'permissive' else 'restrictive' end,
      polcmd,
      (
        select string_agg(case roleid when 0 then 'public' else roleid::regrole::text end, ', ' order by roleid)
        from unnest(polroles) as roleid
      ))
  from pg_policy
  join relations on relations.oid = polrelid
  union all
  select format('policy %I on %s', polname, relations.name), 'using ' || pg_get_expr(polqual, polrelid)
  from pg_policy
  join relations on relations.oid = polrelid
  union all
  select format('policy %I on %s', polname, relations.name), 'with check ' || pg_get_expr(polwithcheck, polrelid)
  from pg_policy
  join relations on relations.oid = polrelid
  union all
  select format('policy %I on %s', polname, relations.name), 'comment ' || obj_description(pg_policy.oid, 'pg_policy')
  from pg_policy
  join relations on relations.oid = polrelid

  union all
  select name, format('owner %s', proowner::regrole)
  from routines
  union all
  select
    name, case prokind when 'a' then 'an aggregate returning ' || prorettype::regtype else pg_get_functiondef(oid) end
  from routines
  union all
  select name, 'comment ' || obj_description(oid, 'pg_proc')
  from routines

  union all
  select
    name,
    concat_ws(' ',
      format('owner %s', typowner::regrole),
      case typtype when 'd' then 'domain over ' || format_type(typbasetype, typtypmod) end,
      case when typnotnull then 'not null' end,
      'default ' || typdefault,
      'of ' || (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = types.oid))
  from types
  union all
  select name, 'comment ' || obj_description(oid, 'pg_type')
  from types

  union all
  select
    format('statistics %s', stxname), pg_get_statisticsobjdef(pg_statistic_ext.oid)
  from pg_statistic_ext
  join schemas on schemas.oid = stxnamespace

  union all
  select
    'default privileges',
    concat_ws(' ', 'of', defaclrole::regrole, 'in', nullif(defaclnamespace, 0)::regnamespace, 'for', defaclobjtype, defaclacl)
  from pg_default_acl

  union all
  select 'extension ' || extname, 'version ' || extversion
  from pg_extension

  -- Who may do what.
  union all
  select object, concat_ws(' ',
    'grant', privilege_type,
    'to', case grantee when 0 then 'public' else grantee::regrole::text end,
    case when is_grantable then 'with grant option' end,
    'by', grantor::regrole)
  from (
    select format('schema %I', nspname), coalesce(nspacl, acldefault('n', nspowner))
    from schemas
    union all
    select
      format('%s %s', kind, name),
      coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner))
    from relations
    union all
    select name, attacl
    from columns
    union all
    select name, coalesce(proacl, acldefault('f', proowner))
    from routines
    union all
    select name, coalesce(typacl, acldefault('T', typowner))
    from types
  ) as granted (object, acl),
  aclexplode(acl)
)

select object || ': ' || fact as line
from facts
where fact is not null
order by (object || ': ' || fact) collate "C";
