-- Each table has as many rows, and what belongs together lies far apart. One user in ten is a member of two organizations.
set local search_path = :"schema";

insert into organizations
select md5('organization ' || n)::uuid
from generate_series(1, :organizations) as n;

insert into projects
select n, md5('organization ' || 1 + n % :organizations)::uuid, 'project ' || n
from generate_series(1, :rows) as n;

insert into tasks
select n, 1 + n * 7919 % :rows, 'task ' || n
from generate_series(1, :rows) as n;

insert into comments
select n, 1 + n * 7919 % :rows, 'comment ' || n
from generate_series(1, :rows) as n;

insert into files
select n, 1 + n * 7919 % :rows, 'file ' || n
from generate_series(1, :rows) as n;

insert into pages
select n, 1 + n * 7919 % :rows, 'page ' || n
from generate_series(1, :rows) as n;

insert into users
select n, 'user ' || n
from generate_series(1, :rows) as n;

insert into members
select md5('organization ' || 1 + n % :organizations)::uuid, n
from generate_series(1, :rows) as n
union
select md5('organization ' || 1 + (n + 1) % :organizations)::uuid, n
from generate_series(10, :rows, 10) as n;

insert into logins
select n, 1 + n * 7919 % :rows, 'login ' || n
from generate_series(1, :rows) as n;

analyze organizations, projects, tasks, comments, files, pages, users, members, logins;
