-- Who they are whose cookie this is, and whether it is time to note that they were here.
select
  session.id as session_id,
  account.name,
  account.role,
  organization.name as organization_name,
  session.last_seen_at < now() - interval '1 minute' as unnoted
from user_sessions as session
join users as account on account.id = session.user_id
cross join organizations as organization
where session.session_token_hash = :hash
