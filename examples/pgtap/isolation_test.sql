begin;
\ir ../../db/pgtap/tenant_isolation.sql
select no_plan();

\set acme '\'ac3e0000-0000-4000-8000-000000000001\''
\set globex '\'610be000-0000-4000-8000-000000000002\''

-- Rows of two tenants, written by the user that runs the tests, whom no policy binds.
insert into countries (code) values ('AT');

insert into invoices (organization_id, number, country, amount) values
  (:acme, 'A-1', 'AT', 10),
  (:acme, 'A-2', 'AT', 20),
  (:globex, 'G-1', 'AT', 30);

insert into invoice_lines (invoice_id, position, text)
select id, 1, 'anvils'
from invoices;

-- Everything that there is.
select tenant.configure(global => array['countries']);
select tenant.schema_isolates('public', :acme, :globex);

-- What this application is about.
select tenant.work_for(:acme);
select tenant.sees('select from invoices', 2, 'acme sees its invoices');
select tenant.sees_nothing($$select from invoices where number = 'G-1'$$, 'acme does not see those of globex');
select tenant.cannot_insert(
  format($$insert into invoices (organization_id, number, country, amount) values (%L, 'G-2', 'AT', 1)$$, :globex),
  'acme cannot write an invoice for globex');
select tenant.changes_nothing($$update invoices set amount = 0 where number = 'G-1'$$, 'acme cannot waive one of globex');

select tenant.work_for_nobody();
select tenant.sees_nothing('select from invoices', 'nobody sees invoices');

select tenant.work_as_administrator();
select * from finish();
rollback;
