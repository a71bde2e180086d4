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

