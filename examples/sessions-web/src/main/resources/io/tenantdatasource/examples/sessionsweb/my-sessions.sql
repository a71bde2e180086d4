-- No condition at all: whose sessions these are is not this query's business.
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
order by session.last_seen_at desc, session.id
limit 200
