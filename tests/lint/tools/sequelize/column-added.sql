-- nothing
ALTER TABLE `Books` ADD `isbn` VARCHAR(255);
