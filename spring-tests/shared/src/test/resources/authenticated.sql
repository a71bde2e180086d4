-- The role that the policies are for. All databases of a server share it, and only an administrator can create it.
do $$
begin
    create role authenticated nologin;
exception
    when duplicate_object or unique_violation then null;
end
$$;
