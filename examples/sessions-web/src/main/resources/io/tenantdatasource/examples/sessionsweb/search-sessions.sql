-- The text is looked for as it is: strpos knows no wildcards.
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
where strpos(
  lower(concat_ws(' ', account.name, account.email, session.ip_address, session.user_agent)),
  lower(:text)) > 0
order by session.last_seen_at desc, session.id
limit 200
