-- Takes the right away from all who have it, whoever granted it.
declare
  grantee text;
begin
  for grantee in
    select case when g.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end
    from pg_class c, aclexplode(c.relacl) as g
    where c.oid = ? and g.privilege_type = 'TRUNCATE' and g.grantee <> c.relowner
  loop
    execute format('revoke truncate on %s from %s cascade', ?::oid::regclass, grantee);
  end loop;
end
