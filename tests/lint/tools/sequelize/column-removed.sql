-- rows go there and back, and all that hung on the table stays away
-- finds LN106 7
-- finds LN103 9
-- finds LN112 9
-- finds LN115 10
-- finds MD102 10
CREATE TABLE IF NOT EXISTS `Authors_backup` (`id` INTEGER PRIMARY KEY, `name` VARCHAR(255) NOT NULL);
INSERT INTO `Authors_backup` SELECT `id`, `name` FROM `Authors`;
DROP TABLE `Authors`;
CREATE TABLE IF NOT EXISTS `Authors` (`id` INTEGER PRIMARY KEY, `name` VARCHAR(255) NOT NULL);
INSERT INTO `Authors` SELECT `id`, `name` FROM `Authors_backup`;
DROP TABLE `Authors_backup`;
