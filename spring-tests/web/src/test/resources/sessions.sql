-- What the application with sessions finds in its database; the policies come on top.
create table notes (
    id bigint primary key,
    organization_id uuid not null default nullif(current_setting('app.organization_id', true), '')::uuid,
    title text not null
);

create table note_tags (
    note_id bigint not null references notes (id),
    tag text not null
);

-- Spring Session's own schema, with a column for the organization.
create table spring_session (
    primary_id char(36) not null primary key,
    session_id char(36) not null unique,
    creation_time bigint not null,
    last_access_time bigint not null,
    max_inactive_interval int not null,
    expiry_time bigint not null,
    principal_name varchar(100),
    organization_id uuid not null default nullif(current_setting('app.organization_id', true), '')::uuid
);

create table spring_session_attributes (
    session_primary_id char(36) not null references spring_session (primary_id) on delete cascade,
    attribute_name varchar(200) not null,
    attribute_bytes bytea not null,
    primary key (session_primary_id, attribute_name)
);

grant select, insert, update, delete
    on notes, note_tags, spring_session, spring_session_attributes
    to authenticated;
