vacuum (analyze) users;
