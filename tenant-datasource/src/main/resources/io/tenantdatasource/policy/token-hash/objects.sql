-- What keeps the hash right, whoever writes. What the undo has to bring back stands in the comment on the trigger for inserts.
select
  set_config('tenant_datasource.note', coalesce(
    (
      select coalesce(substring(obj_description(oid, 'pg_trigger') from '; ((?:column added|token was|hash was).*)$'), '')
      from pg_trigger
      where tgrelid = current_setting('tenant_datasource.table')::regclass
        and not tgisinternal
        and starts_with(obj_description(oid, 'pg_trigger') || ';', 'tenant-datasource: token hash;')
    ),
    (
      select concat_ws('; ',
        case when bool_or(attname = :'session_token_hash_column') then null else 'column added' end,
        string_agg(
          case
            when attnotnull then case attname when :'session_token_column' then 'token was not null' else 'hash was not null' end
          end,
          '; ' order by attnum),
        -- Since PostgreSQL 18 that has a name, and may have a comment.
        (
          select 'constraint '
            || jsonb_build_object('name', conname, 'comment', obj_description(pg_constraint.oid, 'pg_constraint'))::text
          from pg_constraint
          join pg_attribute on attrelid = conrelid and conkey = array[attnum]
          where contype = 'n'
            and conrelid = current_setting('tenant_datasource.table')::regclass
            and attname = :'session_token_column'
        ))
      from pg_attribute
      where attrelid = current_setting('tenant_datasource.table')::regclass
        and attname in (:'session_token_column', :'session_token_hash_column')
        and not attisdropped
    )), true);

do $write_token_hash_body$
begin
  perform set_config('tenant_datasource.token_hash_body', format(
    $$
begin
  new.%I := %s;
  return new;
end
$$,
    current_setting('tenant_datasource.session_token_hash_column'),
    format(current_setting('tenant_datasource.hashed'), 'new.', current_setting('tenant_datasource.session_token_column'))), true);
end
$write_token_hash_body$;

-- Tokens are compared byte by byte: a collation that takes two for one would miss that one becomes the other.
--
-- What is proven by the constraint is true of all rows at all times, whatever triggers are switched off. NOT VALID, so that no
-- row is read under the lock; new rows are checked all the same.
select set_config('tenant_datasource.objects', jsonb_build_array(
  jsonb_build_object(
    'kind', 'function',
    'tag', 'token hash function',
    'table', current_setting('tenant_datasource.table'),
    'name', :'token_hash_function',
    'create', 'create or replace function %3$s()',
    'rest', format(
      $$ returns trigger
        language plpgsql
        set search_path = pg_catalog, pg_temp
        as %L$$,
      current_setting('tenant_datasource.token_hash_body'))),
  jsonb_build_object(
    'kind', 'trigger',
    'tag', 'token hash',
    'table', current_setting('tenant_datasource.table'),
    'name', 'user_sessions_token_hash_insert',
    'keeps', '; ((?:column added|token was|hash was).*)$',
    'create', 'create trigger %1$s before insert on %2$s',
    'call', ' execute function %3$s()',
    'rest', format(
      $$
        for each row
        when (new.%I is not null)$$,
      :'session_token_column')),
  jsonb_build_object(
    'kind', 'trigger',
    'tag', 'token hash on update',
    'table', current_setting('tenant_datasource.table'),
    'name', 'user_sessions_token_hash_update',
    'create', 'create trigger %1$s before update on %2$s',
    'call', ' execute function %3$s()',
    'rest', format(
      $$
        for each row
        when (
          new.%1$I is not null
          and (
            (new.%1$I)::text collate "C" is distinct from (old.%1$I)::text collate "C"
            or new.%2$I is distinct from old.%2$I
            or new.%2$I is null))$$,
      :'session_token_column', :'session_token_hash_column')),
  jsonb_build_object(
    'kind', 'constraint',
    'tag', 'token hash check',
    'table', current_setting('tenant_datasource.table'),
    'name', 'user_sessions_token_hash_check',
    'create', 'alter table %2$s add constraint %1$s',
    'rest', format(
      ' check (%s) not valid',
      format(
        case
          when split_part(current_setting('tenant_datasource.note'), 'constraint {', 1) like '%token was not null%'
            then '%2$I is not null and (%1$I is null or %2$I = %3$s)'
          else '%1$I is null or (%2$I is not null and %2$I = %3$s)'
        end,
        :'session_token_column',
        :'session_token_hash_column',
        format(current_setting('tenant_datasource.hashed'), '', :'session_token_column'))))
)::text, true);
