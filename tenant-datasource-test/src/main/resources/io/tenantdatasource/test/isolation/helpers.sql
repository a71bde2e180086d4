-- Functions of this session's temporary schema, gone with the transaction.

-- Whether a text is a value of a type, domains with their checks included: pg_input_is_valid() is there from 16 on only.
create function pg_temp.is_value(value text, type text) returns boolean language plpgsql as $$
begin
  execute format('select %L::%s', value, type);
  return true;
exception
  when others then
    return false;
end
$$;

-- Whether a check passes, as a table's does: null passes, an error does not.
create function pg_temp.passes(expression text, columns text) returns boolean language plpgsql as $$
declare
  passed boolean;
begin
  execute format('select (%s) from (select %s) as candidate', expression, columns) into passed;
  return passed is not false;
exception
  when others then
    return false;
end
$$;
