-- Run as the owner, before there are policies: who is there.
select id, name
from organizations
order by name;
