-- As it was before anybody thought of row-level security.
create table orders (
  id bigint generated always as identity primary key,
  organization_id uuid not null default nullif(current_setting('app.organization_id', true), '')::uuid,
  article text not null,
  quantity int not null default 1 check (quantity > 0)
);

create table countries (
  code char(2) primary key,
  name text not null
);
