alter table letters force row level security;
