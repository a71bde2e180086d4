-- Drops what policies.sql made on each table of protected, if it was made in this shape, and brings row security back to
-- what it was before. It stays on and forced where it was off, but other policies are left on the table: switching it off
-- would open the table to everyone who has rights on it. Where policies.sql never ran, it stays as it is.
do $drop_policies$
declare
  prefix constant text := current_setting('tenant_datasource.policy_prefix');
  shape constant text := current_setting('tenant_datasource.shape');
  protected regclass;
  policy_kind text;
  remembered text;
begin
  foreach protected in array current_setting('tenant_datasource.protected')::regclass[] loop
    remembered := (
      select obj_description(oid, 'pg_policy')
      from pg_policy
      where polrelid = protected
        and polname = prefix || '_select_policy');

    if remembered is null or not starts_with(remembered, format('tenant-datasource: %s; ', shape)) then
      continue;
    end if;

    foreach policy_kind in array array['select', 'insert', 'update', 'delete', 'own'] loop
      execute format('drop policy if exists %I on %s', format('%s_%s_policy', prefix, policy_kind), protected);
    end loop;

    if remembered like '%row security was on' then
      execute format('alter table %s no force row level security', protected);
    elsif remembered ~ 'row security was off( but forced)?$'
      and not exists (select from pg_policy where polrelid = protected)
    then
      if remembered like '%row security was off' then
        execute format('alter table %s no force row level security', protected);
      end if;
      execute format('alter table %s disable row level security', protected);
    end if;
  end loop;
end
$drop_policies$;
