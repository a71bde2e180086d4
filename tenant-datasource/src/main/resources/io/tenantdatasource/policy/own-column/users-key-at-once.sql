-- Step 1 in the transaction of the others, for a table that may be locked as long as the index takes.

create unique index if not exists :"users_key"
  on :"users_schema".:"users_table" (:"users_id_column", :"users_organization_column");

