-- Step 1 of the look-up of a secret in the transaction of the next one, for a table that may be locked as long as the index
-- takes, or one with partitions.

\ir names.sql
\ir ../common/begin.sql
\ir require-type.sql
\ir index-columns.sql
\ir ../common/indexes.sql
\ir ../common/index-at-once.sql
\ir ../common/end.sql
