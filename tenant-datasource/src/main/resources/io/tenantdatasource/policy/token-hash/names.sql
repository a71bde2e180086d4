-- What the steps share. hashed is the SHA-256 of a row's token, for format() with what qualifies the column, and the column.
select
  pg_catalog.set_config('tenant_datasource.token_hash_function', pg_catalog.format(
    '%I.%I', :'sessions_schema', :'token_hash_function'), false),
  pg_catalog.set_config('tenant_datasource.token_hash_key', pg_catalog.format(
    '%I.%I', :'sessions_schema', :'token_hash_key'), false),
  pg_catalog.set_config('tenant_datasource.hashed', $$sha256(convert_to((%s%I)::text, 'UTF8'))$$, false);
