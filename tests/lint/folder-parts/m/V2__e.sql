CREATE INDEX p_y ON p (y);
