-- Refuses a maintenance role that who serves requests has, before any table is touched.
\ir names.sql
\ir ../common/begin.sql
\ir ../common/role.sql
\ir ../maintenance/require-role.sql
\ir ../common/end.sql
