create table note (text text);

grant all on note to authenticated;
