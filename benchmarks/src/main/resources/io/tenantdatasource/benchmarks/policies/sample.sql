-- The newest session of a user, by the number that the user's id is made of.
select u.organization_id, u.id, s.session_token
from users as u
join user_sessions as s on s.user_id = u.id
where u.id = md5('user ' || ?)::uuid
order by s.created_at desc
limit 1;
