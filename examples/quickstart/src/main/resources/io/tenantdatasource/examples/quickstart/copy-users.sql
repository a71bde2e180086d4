copy users (id, organization_id, email, name) from stdin;
