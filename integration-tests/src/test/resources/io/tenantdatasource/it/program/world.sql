-- What random programs work on: a table that shows three rows to ACME, four to GLOBEX and none to nobody, and one that
-- everybody may write to, which tells who wrote.
create table doc (
  id serial primary key,
  org uuid default nullif(current_setting('app.organization_id', true), '')::uuid,
  v text default 'v',
  n int);

alter table doc enable row level security;

create policy of_organization on doc
  using (org = nullif(current_setting('app.organization_id', true), '')::uuid);

create table note (
  id serial primary key,
  text text,
  writer text default coalesce(current_setting('app.organization_id', true), ''));

create table later (
  i int unique deferrable initially deferred);

create sequence runs;

create function told() returns text language sql volatile
  as $$ select 'who:' || coalesce(current_setting('app.organization_id', true), '') || '/' || current_user || ';' $$;

create function counted(int) returns bigint language sql stable
  as 'select count(*) from doc';

create function warned() returns int language plpgsql as $$
begin
  raise warning 'as it was told';
  return 1;
end $$;

create function failed(state text) returns int language plpgsql as $$
begin
  perform nextval('runs');
  raise exception 'as it was told' using errcode = state;
end $$;

create function left_behind(value text) returns text language sql volatile
  as $$ select set_config('app.organization_id', value, false) $$;

create procedure wrote() language plpgsql as $$
begin
  insert into note (text) values ('wrote');
end $$;

create procedure wrote_twice() language plpgsql as $$
begin
  insert into note (text) values ('wrote');
  commit;
  insert into note (text) values ('wrote more');
end $$;

create function leave() returns trigger language plpgsql as $$
begin
  if new.text like 'leave %' then
    perform set_config('app.organization_id', substr(new.text, 7), false);
  end if;
  return new;
end $$;

create trigger leaves before insert on note for each row execute function leave();
