select s.*
from user_sessions as s
join users as u on u.id = s.user_id
where s.user_id = ?::uuid
  and u.organization_id = ?::uuid
