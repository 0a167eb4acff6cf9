-- finds LN118 5
-- finds-without-rows MD102 5
-- finds-with-rows MC103 5
BEGIN;
CREATE TABLE `_knex_temp_alter123` (`id` integer NOT NULL PRIMARY KEY, `price` float NOT NULL DEFAULT '0', `author_id` integer);
INSERT INTO "_knex_temp_alter123" SELECT "id", "price", "author_id" FROM "book";
DROP TABLE "book";
ALTER TABLE "_knex_temp_alter123" RENAME TO "book";
CREATE INDEX `book_author` on `book` (`author_id`);
COMMIT;
