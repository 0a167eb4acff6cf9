-- finds MC101 3
BEGIN;
alter table `author` rename to `writer`;
COMMIT;
