-- What was asked for, and what the catalogue has made of it, who may do what included. Nothing, where there is no function.
select set_config('tenant_datasource.function_hash', coalesce(
  (
    select left(encode(sha256(convert_to(concat_ws(' ',
      current_setting('tenant_datasource.create_function'),
      current_setting('tenant_datasource.role'),
      pg_get_functiondef(pg_proc.oid),
      proowner::regrole,
      proacl,
      has_schema_privilege(current_setting('tenant_datasource.role'), pronamespace, 'usage')), 'UTF8')), 'hex'), 16)
    from pg_proc
    where oid = to_regprocedure(current_setting('tenant_datasource.function') || '(text)')
  ),
  ''), true);
