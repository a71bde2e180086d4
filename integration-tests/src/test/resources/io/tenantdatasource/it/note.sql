-- Notes, each of which remembers whom it was written for.
create table note (
  id int generated always as identity primary key,
  text text,
  written timestamp,
  seen text default current_setting('app.organization_id', true)
);
