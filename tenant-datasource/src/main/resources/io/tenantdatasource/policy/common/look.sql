\ir differences.sql

-- Whether anything is to be changed, before anything is locked for it. further_change says so of what is not in objects.
do $look$
declare
  taken text;
  change boolean;
begin
  execute format(
    'select string_agg(identity, %L order by identity) from (%s) as difference where taken',
    ', ',
    current_setting('tenant_datasource.differences'))
  into taken;

  if taken is not null then
    raise exception 'somebody else has given the names of those to be created to: %', taken
      using
        errcode = 'duplicate_object',
        hint = 'Drop them, or keep them under another name: alter policy … on … rename to …';
  end if;

  execute format(
    'select exists (select from (%s) as difference where differs)', current_setting('tenant_datasource.differences'))
  into change;

  perform set_config(
    'tenant_datasource.change',
    case
      when change
        or current_setting('tenant_datasource.further_change') <> ''
        or coalesce(nullif(current_setting('tenant_datasource.alter_views', true), ''), '{}') <> '{}'
      then 'yes'
      else ''
    end,
    true);
end
$look$;
