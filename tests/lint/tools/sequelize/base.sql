CREATE TABLE `Authors` (`id` INTEGER PRIMARY KEY AUTOINCREMENT, `name` VARCHAR(255) NOT NULL, `rank` VARCHAR(255) DEFAULT 'guest');
CREATE INDEX `authors_name` ON `Authors` (`name`);
CREATE TABLE `Books` (`id` INTEGER PRIMARY KEY, `title` VARCHAR(255), `authorId` INTEGER REFERENCES `Authors` (`id`) ON DELETE CASCADE ON UPDATE CASCADE);
CREATE INDEX `books_author` ON `Books` (`authorId`);
