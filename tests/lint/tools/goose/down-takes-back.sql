-- nothing
-- +goose Up
ALTER TABLE book ADD COLUMN isbn TEXT;
CREATE TABLE tag (id INTEGER PRIMARY KEY);

-- +goose Down
DROP TABLE tag;
ALTER TABLE book DROP COLUMN isbn;
