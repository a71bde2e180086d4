-- Who logs in names an e-mail address, and only then is it known for which organization they work. The policies show no
-- row of users until that is known. This function is the one way in: one address, one row, and only to who holds the role
-- session_login. It runs as the owner of the tables, whom forced row security binds as well, so a policy shows the owner
-- the row of the address that is being asked for, and no other.

create policy users_login_policy on users for select to current_user
  using (lower(email) = lower(nullif(current_setting('sessions_web.login_email', true), '')));

create function find_account(email_address text)
  returns table (user_id uuid, organization_id uuid, password_hash text, role text)
  language plpgsql
  strict
  security definer
  rows 1
  set search_path = pg_catalog, pg_temp
  set row_security = on
as $$
begin
  perform set_config('sessions_web.login_email', email_address, true);
  return query
    select account.id, account.organization_id, account.password_hash, account.role
    from public.users as account
    where lower(account.email) = lower(email_address);
  perform set_config('sessions_web.login_email', '', true);
end
$$;

revoke all on function find_account(text) from public;
grant execute on function find_account(text) to session_login;
