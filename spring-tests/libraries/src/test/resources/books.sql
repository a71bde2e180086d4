-- The schema of the application that the tests are of; the policies come on top.
create table books (
    id bigint generated always as identity primary key,
    organization_id uuid not null default nullif(current_setting('app.organization_id', true), '')::uuid,
    title text not null
);

create table chapters (
    id bigint generated always as identity primary key,
    book_id bigint not null references books (id),
    title text not null
);

-- The same for everybody.
create table languages (
    code text primary key,
    name text not null
);

grant select, insert, update, delete on books, chapters to authenticated;
grant select on languages to authenticated;
