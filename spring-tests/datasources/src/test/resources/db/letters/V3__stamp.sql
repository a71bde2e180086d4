update letters set body = 'stamped', stamped_at = now();
