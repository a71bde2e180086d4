-- Makes policies.sql true, and refuses what would show more than they do: under the lock, if there is anything to change.
\ir policies.sql
\ir protected.sql
\ir look.sql
\ir lock.sql
\ir protected.sql
\ir require-protectable.sql
\ir refuse-widening.sql
\ir refuse-views.sql
\ir carry-out.sql
