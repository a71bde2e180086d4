-- What is called, and tells whom it was called for.
create function organization() returns text language sql as $$
  select current_setting('app.organization_id', true)
$$;

create function notes() returns refcursor language plpgsql as $$
declare
  notes refcursor;
begin
  open notes for select current_setting('app.organization_id', true);
  return notes;
end
$$;
