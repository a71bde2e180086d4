-- The schema of the application that the tests are of; the policies come on top.
create table invoices (
    id bigint generated always as identity primary key,
    organization_id uuid not null default nullif(current_setting('app.organization_id', true), '')::uuid,
    title text not null
);

grant select, insert, update, delete on invoices to authenticated;

-- Everybody's: who there is to work for.
create table organizations (
    id uuid primary key
);

grant select on organizations to authenticated;
