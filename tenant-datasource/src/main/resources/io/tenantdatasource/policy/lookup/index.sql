-- Step 1 of the look-up of a secret: the index on its hash. Outside of a transaction, one statement at a time (they end with a
-- line "--;"), as it is built concurrently. Can be run again after any failure.

\ir names.sql
--;

\ir require-type.sql
--;

select pg_catalog.set_config('tenant_datasource.compared_columns', pg_catalog.jsonb_build_array(
  pg_catalog.jsonb_build_array(pg_catalog.current_setting('tenant_datasource.table'), :'column'))::pg_catalog.text, false);
--;

\ir ../common/compared-columns.sql
--;

\ir require-index.sql
--;

\ir refuse-taken-names.sql
--;

\ir ../common/take-locks.sql
--;

\ir ../common/indexes.sql
--;

\ir index-columns.sql
--;

\ir ../common/prepare-index.sql
--;

create index concurrently if not exists :"lookup_index"
  on :"schema".:"table"
  (pg_catalog.hashtextextended((:"column")::pg_catalog.text collate pg_catalog."C", 0))
  with (deduplicate_items = on);
--;

\ir ../common/mark-index.sql
