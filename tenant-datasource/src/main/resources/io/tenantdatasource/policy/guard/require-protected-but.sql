-- With names that are accepted besides those of the user's own setting.
select pg_catalog.set_config('tenant_datasource.accepted_by_guard', :'accept', true);

\ir require-protected.sql

select pg_catalog.set_config('tenant_datasource.accepted_by_guard', '', true);
