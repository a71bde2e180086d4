alter table letters add stamped_at timestamptz;
