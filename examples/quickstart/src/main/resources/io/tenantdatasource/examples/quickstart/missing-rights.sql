-- What the user of one's own server still needs, in words, or no row.
select 'CREATEROLE (alter role ... createrole)'
from pg_roles
where rolname = current_user and not (rolcreaterole or rolsuper)
union all
select 'CREATE on the database (grant create on database ...)'
where not has_database_privilege(current_database(), 'create');
