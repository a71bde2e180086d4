-- Takes the event triggers back. As who created them, in one transaction.

\ir ../common/begin.sql
\ir drop-guard.sql
\ir ../common/end.sql
