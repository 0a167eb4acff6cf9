-- The same of rows that a query yields.
CREATE VIEW waiting AS SELECT p FROM child;
