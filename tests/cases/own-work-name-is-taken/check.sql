SELECT n = 5 FROM post;
