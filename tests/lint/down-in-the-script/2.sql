-- migrate:up
CREATE TABLE e (f);
-- migrate:down
DROP TABLE a;
