SELECT user_version = 7 FROM pragma_user_version;
SELECT application_id = 0x4D4F4C54 FROM pragma_application_id;
SELECT count(*) = 0 FROM ab;
SELECT sql LIKE '%/*%the key%*/%' FROM sqlite_master WHERE name = 'a';
