-- Triggers on other tables, views, views of views and a trigger on a view all
-- name the table that is rebuilt.
CREATE TABLE stock(id INTEGER PRIMARY KEY, item TEXT, amount INTEGER);
CREATE TABLE movement(id INTEGER PRIMARY KEY, stock_id INTEGER, delta INTEGER);
CREATE TABLE audit(at INTEGER PRIMARY KEY, what TEXT);
CREATE TRIGGER movement_books AFTER INSERT ON movement BEGIN
  UPDATE stock SET amount = amount + new.delta WHERE id = new.stock_id;
END;
CREATE TRIGGER stock_audit AFTER UPDATE OF amount ON stock BEGIN
  INSERT INTO audit(what) VALUES (old.item || ': ' || old.amount || ' to ' || new.amount);
END;
CREATE VIEW low AS SELECT item, amount FROM stock WHERE amount < 10;
CREATE VIEW low_names AS SELECT item FROM low;
CREATE TRIGGER low_fill INSTEAD OF UPDATE ON low BEGIN
  UPDATE stock SET amount = new.amount WHERE item = old.item;
END;
INSERT INTO stock VALUES (1, 'rope', 5), (2, 'nail', 1000);
INSERT INTO movement VALUES (1, 1, 2), (2, 2, -10);
