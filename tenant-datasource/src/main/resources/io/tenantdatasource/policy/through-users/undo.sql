-- Takes back what policies.sql did. Run it as the owner of the table, in one transaction.
--
-- Row security goes back to what it was before the first run of that script. It stays on and forced where it was off, but
-- other policies are left on the table. The role stays, for it may own or be granted other things by now.

\ir ../sessions/names.sql
\ir ../common/begin.sql

select
  set_config('tenant_datasource.shape', 'through users', true),
  set_config('tenant_datasource.undone', '{through users,maintenance}', true),
  set_config('tenant_datasource.drop_tag', 'through users', true),
  set_config('tenant_datasource.dropped_key', '', true),
  set_config('tenant_datasource.required_columns', jsonb_build_array(
    jsonb_build_array(current_setting('tenant_datasource.table'), :'session_user_column'))::text, true);

\ir ../common/require-columns.sql
\ir ../common/protected.sql
\ir ../common/look-for-ours.sql
\ir ../common/lock.sql
\ir ../common/protected.sql

do $refuse_the_own_column$
begin
  if exists (
    select
    from pg_policy
    where polrelid = current_setting('tenant_datasource.table')::regclass
      and obj_description(oid, 'pg_policy') like 'tenant-datasource: own column;%')
  then
    raise exception 'the policies of table % are those of the own column', current_setting('tenant_datasource.table')
      using
        errcode = 'object_not_in_prerequisite_state',
        hint = 'Undo these, or apply the policies through users first.';
  end if;
end
$refuse_the_own_column$;

\ir ../maintenance/drop.sql
\ir ../cleanup/drop.sql
\ir ../common/drop-policies.sql
\ir ../common/end.sql
