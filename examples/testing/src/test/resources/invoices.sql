-- Whoever inserts need not name the organization; naming another one is refused.
create table invoices (
  id bigint generated always as identity primary key,
  organization_id uuid not null default nullif(current_setting('app.organization_id', true), '')::uuid,
  title text not null
);

alter table invoices enable row level security;
alter table invoices force row level security;

create policy invoices_policy on invoices to authenticated
  using (organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid));

grant select, insert, update, delete on invoices to authenticated;
