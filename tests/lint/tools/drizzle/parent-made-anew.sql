-- the migrator runs it in a transaction, where the pragma does nothing: the books go
-- finds LN105 5
-- finds LN103 16
-- finds LN115 16
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_author` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`mail` text,
	`rank` text DEFAULT 'member',
	`born` integer,
	CONSTRAINT "born_ok" CHECK("__new_author"."born" > 0)
);
--> statement-breakpoint
INSERT INTO `__new_author`("id", "name", "mail", "rank", "born") SELECT "id", "name", "mail", "rank", "born" FROM `author`;--> statement-breakpoint
DROP TABLE `author`;--> statement-breakpoint
ALTER TABLE `__new_author` RENAME TO `author`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `author_mail_unique` ON `author` (`mail`);
