-- finds MD101 6
BEGIN;
--
-- Delete model Book
--
DROP TABLE "app_book";
COMMIT;
