SELECT count(*) = 1 FROM temporary_post;
