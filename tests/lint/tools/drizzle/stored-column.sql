-- finds LN101 2
ALTER TABLE `book` ADD `cents` integer GENERATED ALWAYS AS (price * 100) STORED;
