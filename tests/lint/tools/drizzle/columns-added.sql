-- nothing
ALTER TABLE `author` ADD `nick` text;
--> statement-breakpoint
ALTER TABLE `author` ADD `kind` text DEFAULT 'x' NOT NULL;
--> statement-breakpoint
ALTER TABLE `book` ADD `cents` integer GENERATED ALWAYS AS (price * 100) VIRTUAL;
--> statement-breakpoint
ALTER TABLE `book` ADD `editor_id` integer REFERENCES author(id);
--> statement-breakpoint
CREATE INDEX `book_editor` ON `book` (`editor_id`);
--> statement-breakpoint
CREATE UNIQUE INDEX `book_title` ON `book` (`title`);
