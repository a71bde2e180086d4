-- An index on told tells whom it was built for, row by row.
create table told (text text);
insert into told values ('x');

create function tell(told text) returns text immutable language plpgsql as $$
begin
  raise notice 'told %', pg_catalog.current_setting('app.organization_id', true);
  return told;
end
$$;

-- These end the transaction that they are called in, and go on in another.
create procedure write_twice() language plpgsql as $$
begin
  insert into note (text) values ('before');
  commit;
  insert into note (text) values ('after');
end
$$;

create procedure undo_and_write_twice() language plpgsql as $$
begin
  insert into note (text) values ('undone');
  rollback;
  insert into note (text) values ('kept');
  commit and chain;
  insert into note (text) values ('kept too');
end
$$;
