-- Enables and forces row security on each table of protected, and gives it the policies <prefix>_select_policy, _insert_,
-- _update_, _delete_ and, where own says what a user's own rows are, _own_. readable and writable say which rows are the
-- tenant's, as SQL text in which {row} is the table's name.
--
-- What a table was like before the first run is kept in a comment, for the script that takes this one back.
do $create_policies$
declare
  prefix constant text := current_setting('tenant_datasource.policy_prefix');
  role_name constant text := current_setting('tenant_datasource.role');
  shape constant text := current_setting('tenant_datasource.shape');
  protected regclass;
  remembered text;
  readable text;
  writable text;
  own text;
begin
  foreach protected in array current_setting('tenant_datasource.protected')::regclass[] loop
    select
      replace(current_setting('tenant_datasource.readable'), '{row}', quote_ident(relname)),
      replace(current_setting('tenant_datasource.writable'), '{row}', quote_ident(relname)),
      replace(current_setting('tenant_datasource.own'), '{row}', quote_ident(relname)),
      coalesce(
        (
          select substring(obj_description(oid, 'pg_policy') from '^tenant-datasource: .*(row security was .*)$')
          from pg_policy
          where polrelid = protected
            and polname = prefix || '_select_policy'
        ),
        'row security was '
          || case
            when not relrowsecurity and relforcerowsecurity then 'off but forced'
            when not relrowsecurity then 'off'
            when relforcerowsecurity then 'forced'
            else 'on'
          end)
    into strict readable, writable, own, remembered
    from pg_class
    where oid = protected;

    -- Forced, so that the owner is bound as well; superusers and BYPASSRLS roles never are.
    execute format('alter table %s enable row level security', protected);
    execute format('alter table %s force row level security', protected);

    execute format('drop policy if exists %I on %s', prefix || '_select_policy', protected);
    execute format('create policy %I on %s for select to %I using (%s)',
      prefix || '_select_policy', protected, role_name, readable);

    execute format('drop policy if exists %I on %s', prefix || '_insert_policy', protected);
    execute format('create policy %I on %s for insert to %I with check (%s)',
      prefix || '_insert_policy', protected, role_name, writable);

    execute format('drop policy if exists %I on %s', prefix || '_update_policy', protected);
    execute format('create policy %I on %s for update to %I using (%s) with check (%s)',
      prefix || '_update_policy', protected, role_name, readable, writable);

    execute format('drop policy if exists %I on %s', prefix || '_delete_policy', protected);
    execute format('create policy %I on %s for delete to %I using (%s)',
      prefix || '_delete_policy', protected, role_name, readable);

    -- Restrictive, so joined to the others by AND: with a user set, only that user's rows; with garbage set, none.
    execute format('drop policy if exists %I on %s', prefix || '_own_policy', protected);
    if own <> '' then
      execute format('create policy %I on %s as restrictive for all to %I using (%s) with check (%s)',
        prefix || '_own_policy', protected, role_name, own, own);
    end if;

    execute format('comment on policy %I on %s is %L',
      prefix || '_select_policy', protected, format('tenant-datasource: %s; %s', shape, remembered));
  end loop;
end
$create_policies$;
