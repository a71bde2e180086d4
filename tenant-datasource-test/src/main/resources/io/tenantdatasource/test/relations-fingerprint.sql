-- Differs if relations.sql would list others. Asked at each reset, hence without what takes time.
select md5(string_agg(concat_ws(' ', oid, relnamespace, relname, relnatts, relispopulated), ',' order by oid))
  from pg_class
 where relkind in ('r', 'S', 'm') and relpersistence <> 't' and oid >= 16384
