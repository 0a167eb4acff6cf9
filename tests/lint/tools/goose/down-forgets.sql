-- finds LN133 7
-- +goose Up
ALTER TABLE book ADD COLUMN isbn TEXT;
CREATE TABLE tag (id INTEGER PRIMARY KEY);

-- +goose Down
ALTER TABLE book DROP COLUMN isbn;
