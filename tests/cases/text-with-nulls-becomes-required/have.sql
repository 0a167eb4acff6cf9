-- Values that are NULL stand in the way of NOT NULL, and a DEFAULT does not help them.
CREATE TABLE note(id integer PRIMARY KEY, info text);
INSERT INTO note VALUES (1, NULL);
