-- One protected table, and what protects further ones.
create function organization() returns uuid language sql stable as
  $$ select nullif(current_setting('app.organization_id', true), '')::uuid $$;

create function protect(name text) returns void language plpgsql as $$
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format(
    'create policy protected on %I using (organization_id = organization()) with check (organization_id = organization())',
    name
  );
  execute format('grant select, insert, update, delete on %I to authenticated', name);
end
$$;

create table notes (
  id bigint generated always as identity primary key,
  organization_id uuid not null,
  title text not null
);
select protect('notes');
