-- As it should be: row security is enabled and forced, and a policy is for a role that the application is a member of.
create table invoices (id int, organization_id uuid not null);

alter table invoices enable row level security;

alter table invoices force row level security;

create policy mine on invoices to authenticated
  using (organization_id::text = current_setting('app.organization_id', true));

grant all on invoices to authenticated;

-- Everybody's, without a column for an organization.
create table countries (code text);

grant select on countries to authenticated;
