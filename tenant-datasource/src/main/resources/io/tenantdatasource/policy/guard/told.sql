  -- All that is exposed, by what it is, and in words what is not among known.
  select
    array_agg(identity),
    string_agg(format('%s (%s)', object, rule), ', ' order by object) filter (where identity <> all (known)),
    concat_ws(
      ' ',
      'Run: ' || string_agg(mend, ' ' order by object) filter (where identity <> all (known)),
      string_agg(
        distinct case rule
          when 'partition-without-row-security' then
            'Apply the policies of the whole table again, which protects the partition too, or revoke the rights on the partition.'
          when 'materialized-view-of-hidden-rows' then
            'A materialized view is a copy, for which there are no policies: revoke the rights of who serves requests.'
          when 'definer-function-that-is-not-bound' then
            'What a function with SECURITY DEFINER reads cannot be told: revoke execute on it from public and from who serves '
            'requests, give it to an owner whom policies bind, or accept it.'
          when 'policy-that-widens' then
            'Drop the policy, make it restrictive, or grant it to a role that nobody who serves requests is a member of.'
          when 'foreign-key-without-row-security' then
            'Protect the table before it is granted to who serves requests, or accept it.'
          when 'organization-column-without-row-security' then
            'Protect the table before it is granted to who serves requests, or accept it.'
        end,
        ' ') filter (where identity <> all (known)),
      max(case
        when rule in (
          'view-that-shows-hidden-rows', 'materialized-view-of-hidden-rows', 'definer-function-that-is-not-bound',
          'foreign-key-without-row-security', 'organization-column-without-row-security')
        then 'To accept what is meant to be shown: set tenant_datasource.accept = ''schema.name; schema.function(type)''.'
      end) filter (where identity <> all (known)))
  into identities, openings, advice
  from exposed
  cross join lateral (select concat_ws(' ', rule, class_id::oid, object_id, policy_id)) as identified (identity)
  -- Somebody who writes policies of their own comes to that.
  where rule <> 'policy-without-row-security'
    or object_id in (select relation_id from guarded);
