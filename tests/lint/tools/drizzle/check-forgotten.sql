-- finds LN105 5
-- finds LN103 15
-- finds LN118 6
-- finds LN115 15
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_author` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`mail` text,
	`rank` text DEFAULT 'guest',
	`born` integer
);
--> statement-breakpoint
INSERT INTO `__new_author`("id", "name", "mail", "rank", "born") SELECT "id", "name", "mail", "rank", "born" FROM `author`;--> statement-breakpoint
DROP TABLE `author`;--> statement-breakpoint
ALTER TABLE `__new_author` RENAME TO `author`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `author_mail_unique` ON `author` (`mail`);
