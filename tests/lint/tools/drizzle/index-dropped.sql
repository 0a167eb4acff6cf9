-- nothing
DROP INDEX `author_mail_unique`;
--> statement-breakpoint
CREATE INDEX `author_name` ON `author` (`name`);
