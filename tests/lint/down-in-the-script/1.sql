-- +goose Up
CREATE TABLE a (b);
CREATE TABLE c (d);
-- +goose Down
DROP TABLE c;
DROP TABLE a;
