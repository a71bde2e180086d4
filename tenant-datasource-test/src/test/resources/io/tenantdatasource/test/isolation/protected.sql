-- What a small product keeps, protected as it should be; the tests plant holes into it.
create table organizations (
  id uuid primary key,
  name text not null unique
);

create table users (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations (id),
  email text not null,
  unique (organization_id, email)
);

create table notes (
  id bigint generated always as identity primary key,
  organization_id uuid not null references organizations (id),
  author_id uuid references users (id),
  title text not null,
  body text
);

-- Its organization is that of its note.
create table note_links (
  note_id bigint not null references notes (id) on delete cascade,
  position int not null check (position > 0),
  url text not null check (url like 'https://%'),
  primary key (note_id, position)
);

create table events (
  organization_id uuid not null references organizations (id),
  happened_at timestamptz not null,
  text text
) partition by range (happened_at);
create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01');
create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');

create table countries (
  code char(2) primary key,
  name text not null
);

create view titles with (security_invoker = true) as select id, organization_id, title from notes;

create function note_count() returns bigint language sql stable as 'select count(*) from notes';

-- The form of a protected table: one policy for each command, forced.
do $$
declare
  protected text;
  mine text;
begin
  foreach protected in array array['organizations', 'users', 'notes', 'note_links', 'events', 'events_2025', 'events_2026']
  loop
    mine := case protected
      when 'organizations' then 'id = (select nullif(current_setting(''app.organization_id'', true), '''')::uuid)'
      when 'note_links' then
        'exists (select from notes n where n.id = note_id and n.organization_id = (select nullif(current_setting(''app.organization_id'', true), '''')::uuid))'
      else 'organization_id = (select nullif(current_setting(''app.organization_id'', true), '''')::uuid)'
    end;
    execute format('alter table %I enable row level security', protected);
    execute format('alter table %I force row level security', protected);
    execute format('create policy %I on %I for select to authenticated using (%s)', protected || '_select', protected, mine);
    execute format('create policy %I on %I for insert to authenticated with check (%s)', protected || '_insert', protected, mine);
    execute format(
      'create policy %I on %I for update to authenticated using (%s) with check (%s)',
      protected || '_update', protected, mine, mine
    );
    execute format('create policy %I on %I for delete to authenticated using (%s)', protected || '_delete', protected, mine);
    execute format('grant select, insert, update, delete on %I to authenticated', protected);
  end loop;
end
$$;

grant select on countries to authenticated;
grant select, insert, update, delete on titles to authenticated;
