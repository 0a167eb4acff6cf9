CREATE TABLE `author` (`id` integer not null primary key, `name` varchar(255) not null, `mail` varchar(255));
CREATE UNIQUE INDEX `author_mail_unique` on `author` (`mail`);
CREATE TABLE `book` (`id` integer not null primary key, `title` varchar(255), `price` float not null default '0', `author_id` integer, foreign key(`author_id`) references `author`(`id`) on delete CASCADE);
CREATE INDEX `book_author` on `book` (`author_id`);
