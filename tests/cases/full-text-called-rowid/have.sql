-- Full-text tables whose own names, or whose columns' names, hide the rowid's take their content along.
CREATE VIRTUAL TABLE rowid USING fts5(a, b);
INSERT INTO rowid(_rowid_, a, b) VALUES (7, 'running', '1'), (9, NULL, '5');
CREATE VIRTUAL TABLE oid USING fts4(rowid, _rowid_);
INSERT INTO oid(docid, rowid, _rowid_) VALUES (4, 'of', 'old');
