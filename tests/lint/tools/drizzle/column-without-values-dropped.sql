-- finds-without-rows MD102 4
-- finds-with-rows MC103 4
-- have ALTER TABLE book ADD COLUMN note text;
ALTER TABLE `book` DROP COLUMN `note`;
