-- The roles and the database, by an administrator, once. The application owns nothing, and is no member of who does.

create role authenticated nologin;
create role session_login nologin;
create role sessions_owner login;
create role sessions_app login in role authenticated, session_login;

create database sessions owner sessions_owner;
