-- Spring Session's tables with an organization: to be run once, after Spring Session's own schema-postgresql.sql, as the
-- owner of its tables, in one transaction; the role authenticated has to be there. A copy of it makes a migration for Flyway
-- or Liquibase: change there what is named otherwise (the schema public, the tables, app.organization_id, authenticated, uuid).
--
-- Row security comes after it, with the policies that all tables get:
--   TablePolicies.ownColumn("spring_session")
--   TablePolicies.ownColumn("spring_session_attributes")
-- and so does the login, which tells whose session an id is before the tenant is known (docs/spring-libraries.md).

-- Sessions that are there already belong to nobody: no policy would show them, so their users log in again.
delete from spring_session;

-- Spring Session's statements name no organization, so it is the one that the connection works for. Without one they fail.
alter table spring_session
  add column organization_id uuid not null
    default nullif(current_setting('app.organization_id', true), '')::uuid,
  add constraint spring_session_organization_key unique (primary_id, organization_id);

-- A foreign key asks no policy: without the organization in it, one who knows the primary id of a foreign session could add
-- attributes to that, which nobody sees but which stand in the way of the session's own.
alter table spring_session_attributes
  add column organization_id uuid not null
    default nullif(current_setting('app.organization_id', true), '')::uuid,
  drop constraint spring_session_attributes_fk,
  add constraint spring_session_attributes_fk
    foreign key (session_primary_id, organization_id)
    references spring_session (primary_id, organization_id)
    on delete cascade;

grant select, insert, update, delete on spring_session, spring_session_attributes to authenticated;

-- Clean-up runs on a scheduler, for no tenant, so a DELETE of its own finds nothing. This one deletes what has expired by
-- the server's clock, of all organizations, and tells nobody anything. It runs as the owner, whom row security binds as well,
-- so a policy shows the owner what has expired, and only while it runs.
create policy spring_session_clean_up_policy on spring_session
  to current_user
  using (
    current_setting('tenant_datasource.cleaning_up', true) = 'spring_session'
    and expiry_time < extract(epoch from now()) * 1000)
  with check (false);

create procedure spring_session_clean_up(expired_before bigint)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set row_security = on
  as $clean_up$
begin
  perform set_config('tenant_datasource.cleaning_up', 'spring_session', true);
  delete from public.spring_session
  where expiry_time < expired_before;
  perform set_config('tenant_datasource.cleaning_up', '', true);
end
$clean_up$;

revoke all on procedure spring_session_clean_up(bigint) from public;
grant execute on procedure spring_session_clean_up(bigint) to authenticated;
