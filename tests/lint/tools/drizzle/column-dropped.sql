-- finds MD102 2
ALTER TABLE `book` DROP COLUMN `price`;
