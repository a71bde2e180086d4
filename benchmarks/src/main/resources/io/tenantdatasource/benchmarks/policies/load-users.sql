-- Every 20th user is one of organization 1, the large one; the others share the further organizations evenly. Ids are made
-- of numbers, so that all protections guard the same rows, and look random, as real ones do.
insert into users (id, organization_id, email)
select
  md5('user ' || n)::uuid,
  md5('organization ' || (case when n % 20 = 0 then 1 else 2 + n % (organizations - 1) end))::uuid,
  'user' || n || '@example.org'
from (select ?::int as organizations) as given, generate_series(?, ?) as n;
