-- Makes objects what there is on the tables of protected, and refuses what would show more: under the lock, if there is anything
-- to change.
\ir protected.sql
\ir look.sql
\ir lock.sql
\ir protected.sql
\ir require-protectable.sql
\ir refuse-widening.sql
\ir refuse-views.sql
\ir carry-out.sql
