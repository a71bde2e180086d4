-- The planner should know the tables as it would on a server that has run for a while.
analyze organizations, users, user_sessions;
