-- Drops what policies.sql made on each table of protected, if it was made in this shape, and brings row security back to
-- what it was before. It stays on and forced where it was off, but other policies have come since: switching it off would open
-- the table to everyone who has rights on it. Where policies.sql never ran, it stays as it is.
do $drop_policies$
declare
  prefix constant text := current_setting('tenant_datasource.policy_prefix');
  shape constant text := current_setting('tenant_datasource.shape');
  protected regclass;
  policy_name name;
  remembered text;
begin
  if current_setting('tenant_datasource.change') = '' then
    return;
  end if;

  foreach protected in array current_setting('tenant_datasource.protected')::regclass[] loop
    remembered := (
      select obj_description(oid, 'pg_policy')
      from pg_policy
      where polrelid = protected
        and polname = prefix || '_select_policy');

    if remembered is null or not starts_with(remembered, format('tenant-datasource: %s; ', shape)) then
      continue;
    end if;

    for policy_name in
      select polname
      from pg_policy
      where polrelid = protected
        and oid = any (current_setting('tenant_datasource.our_policies')::oid[])
        and polname in (
          select format('%s_%s_policy', prefix, kind)
          from unnest(array['select', 'insert', 'update', 'delete', 'own']) as kind)
    loop
      execute format('drop policy %I on %s', policy_name, protected);
    end loop;

    if remembered like '%row security was on' then
      execute format('alter table %s no force row level security', protected);
    elsif remembered ~ 'row security was off( but forced)?$'
      and not exists (
        select
        from pg_policy
        where polrelid = protected
          and polname <> all (coalesce(substring(remembered from '; beside (\{.*\}); (?:views .*; )?row security was ')::name[], '{}')))
    then
      if remembered like '%row security was off' then
        execute format('alter table %s no force row level security', protected);
      end if;
      execute format('alter table %s disable row level security', protected);
    end if;
  end loop;
end
$drop_policies$;
