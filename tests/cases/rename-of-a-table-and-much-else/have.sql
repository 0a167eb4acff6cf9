-- A table is renamed; of its columns one is renamed and required, one goes, one comes, one gets a default.
CREATE TABLE old_accounts(id bigint NOT NULL, user_name varchar(50), is_active integer, old_field text);
INSERT INTO old_accounts VALUES (1, 'a', NULL, 'f');
