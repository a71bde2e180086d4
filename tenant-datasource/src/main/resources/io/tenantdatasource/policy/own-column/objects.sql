-- What keeps the column right, whoever writes.
--
-- The triggers look the organization up where a row comes without one, or has changed its user. What a writer names is kept,
-- and has to stand the foreign key. They run with the writer's rights: a user whom they may not see has no organization.
--
-- former_organization_body is what a former version wrote, for adopt.sql.
do $write_organization_body$
declare
  body constant text := $$
begin
  new.%1$I := (
    select tenant_datasource_user.%2$I
    from %3$s as tenant_datasource_user
    where %4$s);
  return new;
end
$$;
  organization_column constant text := current_setting('tenant_datasource.session_organization_column');
  users_organization_column constant text := current_setting('tenant_datasource.users_organization_column');
  users constant text := current_setting('tenant_datasource.users');
begin
  perform
    set_config('tenant_datasource.organization_body', format(
      body,
      organization_column,
      users_organization_column,
      users,
      replace(coalesce(current_setting('tenant_datasource.same_key', true), ''), '{row}', 'new')), true),
    set_config('tenant_datasource.former_organization_body', format(
      body,
      organization_column,
      users_organization_column,
      users,
      format(
        'tenant_datasource_user.%I = new.%I',
        current_setting('tenant_datasource.users_id_column'),
        current_setting('tenant_datasource.session_user_column'))), true);
end
$write_organization_body$;

-- The foreign key is what makes it true: no session can name one organization and belong to a user of another, in no order
-- of concurrent transactions, and a user who moves takes their sessions along. NOT VALID, so that no row is read under the
-- lock; new rows are checked all the same.
do $write_objects$
declare
  sessions constant text := current_setting('tenant_datasource.table');
  users constant text := current_setting('tenant_datasource.users');
  user_column constant text := current_setting('tenant_datasource.session_user_column');
  organization_column constant text := current_setting('tenant_datasource.session_organization_column');
  function_name constant text := current_setting('tenant_datasource.organization_function');
  -- The others are called after it.
  names constant jsonb := (
    select jsonb_object_agg(kind, substr(('_' || kind || function_name)::name, length(kind) + 2) || '_' || kind)
    from unnest(array['insert', 'update', 'fkey', 'check']) as kind);
begin
  perform set_config('tenant_datasource.objects', jsonb_build_array(
    jsonb_build_object(
      'kind', 'function',
      'tag', 'own column; function',
      'table', sessions,
      'name', function_name,
      'create', 'create or replace function %3$s()',
      'rest', format(
        $$ returns trigger
          language plpgsql
          set search_path = pg_catalog, pg_temp
          as %L$$,
        current_setting('tenant_datasource.organization_body'))),
    jsonb_build_object(
      'kind', 'trigger',
      'tag', 'own column; trigger for inserts',
      'table', sessions,
      'name', names ->> 'insert',
      'create', 'create trigger %1$s before insert on %2$s',
      'call', ' execute function %3$s()',
      'rest', format(
        $$
          for each row
          when (new.%1$I is null and new.%2$I is not null)$$,
        organization_column, user_column)),
    jsonb_build_object(
      'kind', 'trigger',
      'tag', 'own column; trigger for updates',
      'table', sessions,
      'name', names ->> 'update',
      'create', 'create trigger %1$s before update on %2$s',
      'call', ' execute function %3$s()',
      'rest', format(
        $$
          for each row
          when (
            new.%1$I is null and new.%2$I is not null
            or new.%2$I is distinct from old.%2$I and new.%1$I is not distinct from old.%1$I)$$,
        organization_column, user_column)),
    jsonb_build_object(
      'kind', 'constraint',
      'tag', 'own column; foreign key',
      'table', sessions,
      'name', names ->> 'fkey',
      'create', 'alter table %2$s add constraint %1$s',
      'rest', format(
        $$
          foreign key (%1$I, %2$I) references %3$s (%4$I, %5$I)
          on update cascade on delete %6$s not valid$$,
        user_column,
        organization_column,
        users,
        current_setting('tenant_datasource.users_id_column'),
        current_setting('tenant_datasource.users_organization_column'),
        -- What happens to the sessions of a deleted user stays as the foreign key on the user alone has it; without one,
        -- sessions go with their user.
        coalesce(
          (
            select
              case confdeltype
                when 'r' then 'no action'
                when 'a' then 'no action'
                when 'n' then 'set null'
                else 'cascade'
              end
            from pg_constraint
            join pg_attribute on attrelid = conrelid and conkey = array[attnum]
            where contype = 'f'
              and conrelid = sessions::regclass
              and confrelid = users::regclass
              and attname = user_column
            order by pg_constraint.oid
            limit 1
          ),
          'cascade'))),
    -- Each session has an organization; or, where it may be without a user, it belongs to no organization either then.
    jsonb_build_object(
      'kind', 'constraint',
      'tag', 'own column; check',
      'table', sessions,
      'name', names ->> 'check',
      'create', 'alter table %2$s add constraint %1$s',
      'rest', format(
        ' check (%s) not valid',
        case
          when (
            select attnotnull
            from pg_attribute
            where attrelid = sessions::regclass
              and attname = user_column)
          then format('%I is not null', organization_column)
          else format('(%I is null) = (%I is null)', user_column, organization_column)
        end))
  )::text, true);
end
$write_objects$;
