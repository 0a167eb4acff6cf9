-- columns and a table with the names of functions and words that tell the time are columns and a table
CREATE TABLE visit(id INTEGER PRIMARY KEY, date TEXT, time TEXT, "current_time" TEXT, random INTEGER);
CREATE TABLE "current_date"(id INTEGER PRIMARY KEY, now TEXT);
INSERT INTO visit VALUES (1, '2026-01-02', '10:00', 'x', 7), (2, '2026-01-02', '11:00', 'y', 8), (3, '2026-01-03', NULL, NULL, NULL);
INSERT INTO "current_date" VALUES (1, 'now'), (2, 'then');
