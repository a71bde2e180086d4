-- What another table has left behind.
do $forget_table$
begin
  perform
    set_config('tenant_datasource.' || name, value, true)
  from (
    values
      ('change', 'yes'),
      ('further_change', ''),
      ('note', ''),
      ('our_policies', '{}'),
      ('referenced_table', ''),
      ('referenced_mode', ''),
      ('remembered', ''),
      ('alter_views', '')
  ) as states (name, value);
end
$forget_table$;
