-- Enables and forces row security on each table of protected, and gives it the policies <prefix>_select_policy, _insert_,
-- _update_, _delete_ and, where own says what a user's own rows are, _own_. Which rows are the tenant's is said as SQL text in
-- which {row} is the table's name: readable, those to be seen; changeable and deletable; insertable and writable, what a new or
-- a changed row has to be.
--
-- What a table was like before the first run is kept in a comment, for the script that takes this one back.
--
-- Forced, so that the owner is bound as well; superusers and BYPASSRLS roles never are.
do $write_policies$
begin
  perform set_config(
    'tenant_datasource.objects',
    ((
      select jsonb_agg(
        jsonb_build_object(
          'kind', 'policy',
          'fixed', true,
          'tag', format('%s; %s', current_setting('tenant_datasource.shape'), kind),
          'name', format('%s_%s_policy', current_setting('tenant_datasource.policy_prefix'), kind),
          'remember', kind = 'select',
          'create', case when visible is not null or written is not null then 'create policy %1$s on %2$s' end,
          'rest', format(
            ' as %s for %s to %I',
            case kind when 'own' then 'restrictive' else 'permissive' end,
            case kind when 'own' then 'all' else kind end,
            current_setting('tenant_datasource.role')),
          'each_row', concat(' using (' || visible || ')', ' with check (' || written || ')')))
      from (
        values
          ('select', current_setting('tenant_datasource.readable'), null),
          ('insert', null, current_setting('tenant_datasource.insertable')),
          ('update', current_setting('tenant_datasource.changeable'), current_setting('tenant_datasource.writable')),
          ('delete', current_setting('tenant_datasource.deletable'), null),
          -- Restrictive, so joined to the others by AND: with a user set, only that user's rows; with garbage set, none.
          ('own', nullif(current_setting('tenant_datasource.own'), ''), nullif(current_setting('tenant_datasource.own'), ''))
      ) as policies (kind, visible, written)
    ) || jsonb_build_array(jsonb_build_object(
      'kind', 'row security',
      'name', '',
      'create', 'alter table %2$s enable row level security, force row level security')))::text,
    true);
end
$write_policies$;
