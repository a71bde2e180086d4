create table note (
  id bigint generated always as identity primary key,
  organization_id uuid not null default nullif(current_setting('app.organization_id', true), '')::uuid,
  text text not null
);
alter table note enable row level security;
alter table note force row level security;
create policy tenant on note using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
grant select, insert, update, delete on note to authenticated;
