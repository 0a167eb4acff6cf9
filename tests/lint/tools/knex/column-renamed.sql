-- finds MC102 3
BEGIN;
alter table `book` rename `title` to `name`;
COMMIT;
