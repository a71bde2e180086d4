-- A restrictive policy that the owner falls under would hide the row from the function, which runs as the owner: a value would
-- be nobody's, and nothing would say why.
do $refuse_restrictive_policies$
declare
  looked_up constant regclass := current_setting('tenant_datasource.table');
  owner constant oid := (select relowner from pg_class where oid = looked_up);
  hiding text;
begin
  select string_agg(quote_ident(polname), ', ' order by polname)
  into hiding
  from pg_policy, pg_roles
  where polrelid = looked_up
    and pg_roles.oid = owner
    and not rolsuper
    and not rolbypassrls
    and not polpermissive
    and polcmd in ('*', 'r')
    and exists (
      select
      from unnest(polroles) as roleid
      where roleid = 0
        or pg_has_role(owner, roleid, 'usage'));

  if hiding is not null then
    raise exception 'restrictive policies would hide rows of table % from %, as whom the look-up runs: %',
      looked_up, owner::regrole, hiding
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = format(
          'Have them hold for those who serve requests, and %s be no member of these: alter policy … on %s to …',
          owner::regrole,
          looked_up);
  end if;
end
$refuse_restrictive_policies$;
