-- Before the plain tokens are dropped: all hashes are there and proven. In one transaction; changes nothing.

\ir ../sessions/names.sql
\ir names.sql
\ir ../common/begin.sql
\ir require.sql
\ir require-proof.sql
\ir ../common/end.sql
