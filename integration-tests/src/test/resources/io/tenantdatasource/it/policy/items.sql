-- Invoices of the two organizations, and their items, which name their organization in three ways. Run as their owner.

create table invoices (
  id uuid primary key,
  region text not null,
  number integer not null,
  organization_id uuid,
  unique (region, number)
);

create index on invoices (organization_id);

create table items (
  name text primary key,
  organization_id uuid,
  invoice_id uuid references invoices (id),
  region text,
  number integer,
  user_id uuid,
  note text,
  foreign key (region, number) references invoices (region, number)
);

-- The keys of the two tell their organizations apart only as a whole.
insert into invoices (id, region, number, organization_id) values
  ('ac3e0000-0000-4000-8000-0000000000a1', 'north', 1, 'ac3e0000-0000-4000-8000-000000000001'),
  ('ac3e0000-0000-4000-8000-0000000000a2', 'south', 2, 'ac3e0000-0000-4000-8000-000000000001'),
  ('610be000-0000-4000-8000-0000000000b1', 'north', 2, '610be000-0000-4000-8000-000000000002'),
  ('00000000-0000-4000-8000-0000000000c1', 'south', 1, null);

insert into items (name, invoice_id, organization_id, region, number, user_id)
select name, invoices.id, organization_id, region, number, user_id::uuid
from (
  values
    ('acme-anvil', 'ac3e0000-0000-4000-8000-0000000000a1', 'a11ce000-0000-4000-8000-000000000000'),
    ('acme-rocket', 'ac3e0000-0000-4000-8000-0000000000a2', 'b0b00000-0000-4000-8000-000000000000'),
    ('globex-laser', '610be000-0000-4000-8000-0000000000b1', 'ca401000-0000-4000-8000-000000000000'),
    ('nobody-invoice', '00000000-0000-4000-8000-0000000000c1', null),
    ('nobody-at-all', null, null)
) as item (name, invoice_id, user_id)
left join invoices on invoices.id = item.invoice_id::uuid;

analyze invoices, items;
