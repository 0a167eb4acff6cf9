-- moult:allow MD102:person.mail nobody writes letters any more
ALTER TABLE person DROP COLUMN mail;
-- moult:allow MD101:visit kept elsewhere since 2020
DROP TABLE visit;
