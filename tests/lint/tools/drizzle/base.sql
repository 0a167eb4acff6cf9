CREATE TABLE `author` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`mail` text,
	`rank` text DEFAULT 'guest',
	`born` integer,
	CONSTRAINT "born_ok" CHECK("author"."born" > 0)
);
CREATE UNIQUE INDEX `author_mail_unique` ON `author` (`mail`);
CREATE TABLE `book` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`price` real DEFAULT 0 NOT NULL,
	`isbn` text,
	`author_id` integer NOT NULL,
	FOREIGN KEY (`author_id`) REFERENCES `author`(`id`) ON UPDATE no action ON DELETE cascade
);
CREATE INDEX `book_author` ON `book` (`author_id`);
