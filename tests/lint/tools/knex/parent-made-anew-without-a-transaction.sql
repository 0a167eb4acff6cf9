-- config = { transaction: false }
-- finds LN122 7
PRAGMA foreign_keys;
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE `_knex_temp_alter123` (`id` integer NOT NULL PRIMARY KEY, `name` varchar(255), `mail` varchar(255));
INSERT INTO "_knex_temp_alter123" SELECT * FROM "author";
DROP TABLE "author";
ALTER TABLE "_knex_temp_alter123" RENAME TO "author";
CREATE UNIQUE INDEX `author_mail_unique` on `author` (`mail`);
PRAGMA foreign_key_check;
COMMIT;
PRAGMA foreign_keys = ON;
