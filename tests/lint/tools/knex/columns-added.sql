-- nothing
BEGIN;
alter table `book` add column `isbn` varchar(255);
alter table `book` add column `kind` varchar(255) not null default 'x';
create index `book_isbn` on `book` (`isbn`);
COMMIT;
