select
  session.id,
  account.name as user_name,
  account.email as user_email,
  session.ip_address,
  session.user_agent,
  session.created_at,
  session.last_seen_at
from user_sessions as session
join users as account on account.id = session.user_id
where session.id = :id
