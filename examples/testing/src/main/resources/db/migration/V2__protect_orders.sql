-- The same as TablePolicies.ownColumn("orders") does, in the form that this project's migrations have.
alter table orders enable row level security;
alter table orders force row level security;

create policy orders_policy on orders to authenticated
  using (organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid));

grant select, insert, update, delete on orders to authenticated;
grant select on countries to authenticated;
