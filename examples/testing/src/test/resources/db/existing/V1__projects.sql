create table currencies (
  code char(3) primary key
);

create table projects (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null,
  name text not null,
  currency char(3) not null references currencies (code),
  unique (customer_id, name)
);

create type task_state as enum ('open', 'done');

create table tasks (
  id uuid primary key default gen_random_uuid(),
  project_id uuid not null references projects (id) on delete cascade,
  title text not null,
  state task_state not null default 'open',
  hours numeric(6, 2) check (hours >= 0)
);

create view open_tasks as select * from tasks where state = 'open';

grant select, insert, update, delete on projects, tasks to authenticated;
grant select on currencies, open_tasks to authenticated;
