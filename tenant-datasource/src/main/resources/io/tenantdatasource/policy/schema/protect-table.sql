\ir forget-table.sql
\ir write-way.sql
\ir ../common/policies.sql
\ir look-ups.sql
\ir ../common/under-lock.sql
