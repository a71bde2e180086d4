-- Makes policies.sql true, and refuses what would show more than they do.
\ir policies.sql
\ir under-lock.sql
