\ir forget-table.sql

do $write_the_way$
begin
  execute current_setting('tenant_datasource.write_way');
end
$write_the_way$;

\ir ../common/policies.sql
\ir look-ups.sql

do $look_at_maintenance$
begin
  if current_setting('tenant_datasource.maintenance_role') <> '' then
    execute current_setting('tenant_datasource.maintenance_objects');
  end if;
end
$look_at_maintenance$;

\ir ../common/protected.sql
\ir ../common/differences.sql
\ir ../common/require-protectable.sql

do $refuse_what_shows_more$
begin
  -- A role that is missing has no members who could see more.
  if exists (select from pg_roles where rolname = current_setting('tenant_datasource.role')) then
    execute current_setting('tenant_datasource.refuse_widening');
    execute current_setting('tenant_datasource.refuse_views');
  end if;
end
$refuse_what_shows_more$;
