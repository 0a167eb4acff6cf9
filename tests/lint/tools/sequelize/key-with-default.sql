-- finds LN101 3
-- finds ML108 3
ALTER TABLE `Books` ADD `editorId` INTEGER DEFAULT 1 REFERENCES `Authors` (`id`);
