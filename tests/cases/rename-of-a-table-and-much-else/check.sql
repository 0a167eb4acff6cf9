SELECT username = 'a' AND is_active IS NULL AND created_at = 'then' FROM accounts;
