-- Views that stand on views which are declared after them, of joins and aggregates, on a table that changes.
CREATE TABLE sales(id INTEGER PRIMARY KEY, product INTEGER, amount REAL, day TEXT);
CREATE VIEW daily AS SELECT product, day, SUM(amount) AS total FROM sales GROUP BY product, day;
CREATE VIEW totals AS SELECT product, SUM(total) AS grand FROM daily GROUP BY product;
INSERT INTO sales VALUES (1, 1, 2.5, 'a'), (2, 1, 2, 'b');
