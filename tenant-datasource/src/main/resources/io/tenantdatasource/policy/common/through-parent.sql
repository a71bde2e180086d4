-- The policies of a table whose rows belong to the organization of the row of parent that they name, for policies.sql: comes
-- after tenant-values.sql and same-key.sql, and fast_for says what reading is to be fast for.
--
-- lookups: a row's parent is looked up by its key, row by row. The planner has another way as well, to collect all parents of
-- the organization first, which is right for who reads thousands of rows. It takes an organization for an average one, and
-- where most have few parents, it would for a single row read all parents of the largest. unnest is one row, of which the
-- planner expects ten: so collecting seems ten times as dear, while EXISTS is done with the first. (Of a thousand, it would
-- take the first to be so near that it reads a parent table of some thousand rows from its begin.)
--
-- The condition before it, key_gate, is for a query without a tenant: PostgreSQL makes no one-time filter of what a policy
-- says (process_security_barrier_quals in initsplan.c), and would read all rows to find that none is to be seen, but an index
-- that is asked for what is not less than NULL returns at once.
--
-- lists: the keys of the organization's parents are collected once a query, and an index on the column is used with them,
-- also where the query says nothing. With a key of several columns there is one such list a column, whichever of them has an
-- index, and the key as a whole is looked up for what these let pass. Measured on PostgreSQL 15.19 with 10,000 organizations,
-- 200,000 parents and 1,000,000 rows, as milliseconds for a row by its primary key / the count of all, in an organization of
-- 20 parents, and in one of 10,000: EXISTS alone 0.6 / 346 and 0.4 / 224, (a, b) IN (SELECT ...) 0.3 / 158 and 3.4 / 200, this
-- 0.5 / 0.7 and 6.2 / 88.
--
-- Nothing is looked up without a tenant, for a policy of the parent's own may throw then.
do $through_parent$
declare
  parent constant text := current_setting('tenant_datasource.parent');
  alias constant text := current_setting('tenant_datasource.parent_alias');
  value constant text := current_setting('tenant_datasource.organization_value');
  organization constant text := replace(
    current_setting('tenant_datasource.organization_value_column'), '{of}', alias || '.');
  equal constant text := current_setting('tenant_datasource.organization_value_equal');
  same_key constant text := current_setting('tenant_datasource.same_key');
  key_lists constant jsonb := current_setting('tenant_datasource.key_lists');
  -- Written rows are checked one by one, by the key of the parent. A row that names none belongs to nobody: it is shown to
  -- nobody, and cannot be written.
  writable constant text := format(
    $$case when %1$s is not null then (
        select %2$s
        from %3$s as %4$s
        where %5$s) %6$s %1$s
      else false end$$,
    value, organization, parent, alias, same_key, equal);
  readable text;
begin
  case current_setting('tenant_datasource.fast_for')
    when 'lookups' then
      readable := format(
        $$%1$s and exists (
          select
          from %3$s as %4$s, unnest((select array[1])) as tenant_datasource_expected
          where %5$s
            and %2$s %6$s %7$s)$$,
        coalesce(
          replace(
            nullif(current_setting('tenant_datasource.key_gate'), ''),
            '{formed}',
            current_setting('tenant_datasource.organization_value_formed')),
          value || ' is not null'),
        organization,
        parent,
        alias,
        same_key,
        equal,
        value);
    when 'lists' then
      readable := (
        select string_agg(
          format(
            $$%1$s %2$s any ((
              select case when %3$s is not null then array(
                select %4$s %5$s
                from %6$s as %7$s
                where %8$s %9$s %3$s)
              end)::%10$s[]%11$s)$$,
            part ->> 'child',
            part ->> 'any',
            value,
            case when jsonb_array_length(key_lists) > 1 then 'distinct' end,
            part ->> 'parent',
            parent,
            alias,
            organization,
            equal,
            part ->> 'type',
            part ->> 'collate'),
          ' and ' order by i)
        from jsonb_array_elements(key_lists) with ordinality as parts (part, i))
        || case when jsonb_array_length(key_lists) > 1 then ' and ' || writable else '' end;
    else
      raise exception 'policies are fast for lookups or lists, but not for %', current_setting('tenant_datasource.fast_for')
        using
          errcode = 'invalid_parameter_value',
          hint = 'Set fast_for to one of these.';
  end case;

  perform
    set_config('tenant_datasource.readable', readable, true),
    set_config('tenant_datasource.changeable', readable, true),
    set_config('tenant_datasource.deletable', readable, true),
    set_config('tenant_datasource.insertable', writable, true),
    set_config('tenant_datasource.writable', writable, true);
end
$through_parent$;
