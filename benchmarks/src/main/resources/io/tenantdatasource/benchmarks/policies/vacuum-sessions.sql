vacuum (analyze) user_sessions;
