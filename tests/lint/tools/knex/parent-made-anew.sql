-- finds LN105 6
-- finds LN103 10
-- finds LN122 9
BEGIN;
PRAGMA foreign_keys;
PRAGMA foreign_keys = OFF;
SAVEPOINT trx2;
CREATE TABLE `_knex_temp_alter123` (`id` integer NOT NULL PRIMARY KEY, `name` varchar(255), `mail` varchar(255));
INSERT INTO "_knex_temp_alter123" SELECT * FROM "author";
DROP TABLE "author";
ALTER TABLE "_knex_temp_alter123" RENAME TO "author";
CREATE UNIQUE INDEX `author_mail_unique` on `author` (`mail`);
PRAGMA foreign_key_check;
RELEASE trx2;
PRAGMA foreign_keys = ON;
COMMIT;
