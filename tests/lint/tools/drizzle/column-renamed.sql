-- finds MC102 2
ALTER TABLE `book` RENAME COLUMN `price` TO `cost`;
