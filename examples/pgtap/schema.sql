-- What the tests beside this file are for: a schema as migrations make it. Run it as the owner of the tables.

do $create_role$
begin
  if not exists (select from pg_roles where rolname = 'authenticated') then
    create role authenticated nologin;
  end if;
end
$create_role$;

create table countries (
  code text primary key
);

create table invoices (
  id bigint generated always as identity primary key,
  organization_id uuid not null,
  number text not null,
  country text not null references countries,
  amount numeric not null,
  unique (organization_id, number)
);

alter table invoices enable row level security, force row level security;

create policy tenant on invoices to authenticated
  using (organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid));

-- Its rows belong to the organization of their invoice.
create table invoice_lines (
  invoice_id bigint not null references invoices on delete cascade,
  position integer not null,
  text text not null,
  primary key (invoice_id, position)
);

alter table invoice_lines enable row level security, force row level security;

create policy tenant on invoice_lines to authenticated
  using (invoice_id in (select id from invoices));

create view open_invoices with (security_invoker = true) as
  select *
  from invoices
  where amount > 0;

grant select on countries, invoices, invoice_lines, open_invoices to authenticated;
grant insert, update, delete on invoices, invoice_lines, open_invoices to authenticated;
