-- A slip in the type of a key, which SQLite takes without a word.
CREATE TABLE u(a);
