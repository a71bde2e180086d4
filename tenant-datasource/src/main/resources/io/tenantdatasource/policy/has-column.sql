select exists (
  select
  from pg_catalog.pg_attribute
  where attrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', :'sessions_schema', :'sessions_table'))
    and attname = :'column'
    and attnum > 0
    and not attisdropped)::text;
