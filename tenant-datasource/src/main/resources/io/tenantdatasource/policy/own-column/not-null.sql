-- After step 4, where policies of somebody else come next: the column becomes NOT NULL, if it is ours, and each row has to have one.
-- In one transaction, as the owner of the table. Can be run again.

\ir ../sessions/names.sql
\ir ../common/begin.sql
\ir look-for-nulls.sql

select set_config('tenant_datasource.change', current_setting('tenant_datasource.further_change'), true);

\ir ../common/lock.sql
\ir set-not-null.sql
\ir ../common/end.sql
