-- finds LN118 6
BEGIN DEFERRED TRANSACTION;
CREATE TABLE IF NOT EXISTS `Books_backup` (`id` INTEGER PRIMARY KEY, `title` TEXT, `authorId` INTEGER REFERENCES `Authors` (`id`));
INSERT INTO `Books_backup` SELECT `id`, `title`, `authorId` FROM `Books`;
DROP TABLE `Books`;
CREATE TABLE IF NOT EXISTS `Books` (`id` INTEGER PRIMARY KEY, `title` TEXT, `authorId` INTEGER REFERENCES `Authors` (`id`));
INSERT INTO `Books` SELECT `id`, `title`, `authorId` FROM `Books_backup`;
DROP TABLE `Books_backup`;
CREATE INDEX `books_author` ON `Books` (`authorId`);
COMMIT;
