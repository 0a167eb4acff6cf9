-- finds MD101 3
BEGIN;
drop table if exists `book`;
create table `book` (`id` integer not null primary key, `title` varchar(255), `price` float not null default '0', `author_id` integer, foreign key(`author_id`) references `author`(`id`) on delete CASCADE);
create index `book_author` on `book` (`author_id`);
COMMIT;
