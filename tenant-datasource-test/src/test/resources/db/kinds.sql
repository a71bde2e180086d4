create table kind (name text primary key);
insert into kind values ('memo'), ('letter');
grant select, insert, delete on kind to authenticated;
