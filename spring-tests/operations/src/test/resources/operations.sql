--liquibase formatted sql

--changeset operations:invoices splitStatements:true
create table invoices (id int, organization_id uuid not null);
alter table invoices enable row level security;
alter table invoices force row level security;
create policy mine on invoices to authenticated
  using (organization_id::text = current_setting('app.organization_id', true));
grant all on invoices to authenticated;

--changeset operations:drafts
-- What somebody forgot to protect.
create table drafts (id int, organization_id uuid);
grant all on drafts to authenticated;
