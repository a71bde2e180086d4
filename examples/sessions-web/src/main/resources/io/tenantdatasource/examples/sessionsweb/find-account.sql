select user_id, organization_id, password_hash, role from find_account(:email)
