create table notes (
  id bigint generated always as identity primary key,
  organization_id uuid not null default nullif(current_setting('app.organization_id', true), '')::uuid,
  title text not null
);

alter table notes enable row level security;
alter table notes force row level security;

create policy notes_policy on notes to authenticated
  using (organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid));

grant select, insert, update, delete on notes to authenticated;
