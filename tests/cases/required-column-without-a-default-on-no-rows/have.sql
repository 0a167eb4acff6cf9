-- A required column without a DEFAULT: nothing is in the way of it while there are no rows.
CREATE TABLE companies(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE INDEX n ON companies(name);
