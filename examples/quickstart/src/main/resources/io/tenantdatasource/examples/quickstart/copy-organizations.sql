copy organizations (id, name) from stdin;
