-- finds LN101 3
-- finds LN101 5
ALTER TABLE `author` ADD `made` text DEFAULT CURRENT_TIMESTAMP NOT NULL;
--> statement-breakpoint
ALTER TABLE `author` ADD `seen` integer DEFAULT (unixepoch());
