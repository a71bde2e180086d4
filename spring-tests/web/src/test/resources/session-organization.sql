-- Whose session an id is of: the one way around the policies, which shows the owner of the table the row of that id.
create policy session_organization on spring_session
    for select to current_user
    using (session_id = nullif(current_setting('app.session_id', true), ''));

create function session_organization(id text) returns uuid
    language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    organization uuid;
begin
    perform set_config('app.session_id', id, true);
    select s.organization_id into organization from public.spring_session s
        where s.session_id = id and s.expiry_time > extract(epoch from now()) * 1000;
    perform set_config('app.session_id', '', true);
    return organization;
end
$$;

revoke execute on function session_organization(text) from public;
grant execute on function session_organization(text) to authenticated;
