-- As the review has it, but for the default: there, a query without a tenant fails, and there is nothing to measure.
alter table :"schema".user_sessions enable row level security;
alter table :"schema".user_sessions force row level security;

create policy user_sessions_select_policy on :"schema".user_sessions
  for select
  to :"role"
  using (user_id in (
    select id
    from :"schema".users
    where organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid)));
