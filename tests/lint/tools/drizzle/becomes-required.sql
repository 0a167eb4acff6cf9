-- finds MF104 7
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_book` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`price` real DEFAULT 0 NOT NULL,
	`isbn` text NOT NULL,
	`author_id` integer NOT NULL,
	FOREIGN KEY (`author_id`) REFERENCES `author`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_book`("rowid", "id", "title", "price", "isbn", "author_id") SELECT "rowid", "id", "title", "price", "isbn", "author_id" FROM `book`;--> statement-breakpoint
DROP TABLE `book`;--> statement-breakpoint
ALTER TABLE `__new_book` RENAME TO `book`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `book_author` ON `book` (`author_id`);
