-- finds MF103 2
ALTER TABLE `author` ADD `nick` text NOT NULL;
