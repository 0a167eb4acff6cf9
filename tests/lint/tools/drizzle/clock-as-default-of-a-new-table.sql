-- nothing
CREATE TABLE `tag` (
	`id` integer PRIMARY KEY NOT NULL,
	`made` text DEFAULT (CURRENT_TIMESTAMP) NOT NULL
);
--> statement-breakpoint
ALTER TABLE `tag` ADD `seen` text DEFAULT CURRENT_TIMESTAMP;
