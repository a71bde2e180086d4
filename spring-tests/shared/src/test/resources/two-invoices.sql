insert into invoices (title) values ('anvil'), ('rocket');
