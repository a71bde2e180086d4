-- What has rows to set back: tables and partitions, sequences, and materialized views, in all schemas, but for what belongs
-- to an extension. In the order in which they were created, so that a materialized view comes after those that it reads.
select relation.oid,
       relation.relkind as kind,
       format('%I.%I', namespace.nspname, relation.relname) as name,
       relation.relispopulated as populated,
       -- without generated ones, which cannot be written
       coalesce((select string_agg(quote_ident(attname), ', ' order by attnum)
                   from pg_attribute
                  where attrelid = relation.oid and attnum > 0 and not attisdropped and attgenerated = ''),
                '') as columns,
       -- whose rows this one's name
       array(select distinct confrelid::bigint
               from pg_constraint
              where conrelid = relation.oid and contype = 'f') as referenced
  from pg_class relation
  join pg_namespace namespace on namespace.oid = relation.relnamespace
 where relation.relkind in ('r', 'S', 'm')
   and relation.relpersistence <> 't'
   and namespace.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
   and not exists (select
                     from pg_depend
                    where classid = 'pg_class'::regclass and objid = relation.oid and deptype = 'e')
 order by relation.oid
