-- finds MC101 2
ALTER TABLE `book` RENAME TO `work`;
