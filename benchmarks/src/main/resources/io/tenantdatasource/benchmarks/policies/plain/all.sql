select s.*
from user_sessions as s
join users as u on u.id = s.user_id
where u.organization_id = ?::uuid
