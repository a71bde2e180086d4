-- Everything that a run creates outside of its tables: a schema, the role that the policies are for, and the user that
-- the application logs in as. That user is no superuser and owns nothing, so the policies bind it.
create schema :"schema";

create role :"role" nologin;
create role :"application_user" login nosuperuser nobypassrls;

grant :"role" to :"application_user";
grant usage on schema :"schema" to :"role";
