-- A note that is changed remembers whom that was for.
create function tell_change() returns trigger language plpgsql as $$
begin
  new.seen := current_setting('app.organization_id', true);
  return new;
end
$$;

create trigger tell_change before update on note for each row execute function tell_change();
