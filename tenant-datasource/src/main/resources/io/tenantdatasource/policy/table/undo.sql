-- Takes back what own-column.sql or through-parent.sql did. Run it as the owner of the table, in one transaction.
--
-- Row security goes back to what it was before the first run of that script. It stays on and forced where it was off, but
-- other policies are left on the table. The views that were given security_invoker lose it again, but for those that read
-- another table with row security, or this one if it stays on. The role stays, for it may own or be granted other things
-- by now.

\ir names.sql
\ir ../common/begin.sql

\ir undo-table.sql
\ir ../common/end.sql
