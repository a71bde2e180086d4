select s.*
from user_sessions as s
join users as u on u.id = s.user_id
where s.session_token = ?
  and u.organization_id = ?::uuid
