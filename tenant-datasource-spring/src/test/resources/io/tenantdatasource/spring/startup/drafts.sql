-- What somebody forgot to protect.
create table drafts (id int, organization_id uuid);

grant all on drafts to authenticated;
