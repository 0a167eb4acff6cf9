SELECT user_version = 4 FROM pragma_user_version;
