-- The schema goes first: with its tables go the grants that would keep the roles.
drop schema :"schema" cascade;
drop role :"application_user";
drop role :"role";
