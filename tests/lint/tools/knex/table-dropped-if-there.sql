-- finds MD101 3
BEGIN;
drop table if exists `book`;
COMMIT;
