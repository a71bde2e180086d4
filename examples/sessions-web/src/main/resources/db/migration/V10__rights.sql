-- What the application may do at all; the policies say on which rows. It reads no hash of a password, except by the
-- function above, and changes no users.

grant usage on schema public to authenticated;
grant select (id, name) on organizations to authenticated;
grant select (id, organization_id, email, name, role) on users to authenticated;
grant select, insert, delete, update (ip_address, last_seen_at) on user_sessions to authenticated;
