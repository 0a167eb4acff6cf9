-- finds MF103 3
BEGIN;
alter table `book` add column `isbn` varchar(255) not null;
COMMIT;
