-- The review's keys and indexes. An index on created_at is not among them.
alter table users add primary key (id);
create index idx_users_organization on users (organization_id);

alter table user_sessions add primary key (id);
alter table user_sessions add foreign key (user_id) references users (id) on delete cascade;
create unique index idx_sessions_token_unique on user_sessions (session_token);
create index idx_sessions_user on user_sessions (user_id);
