-- The same where it is meant: both tables are there, and the index goes over.
CREATE TABLE "pro ject"(id INTEGER PRIMARY KEY, title TEXT);
CREATE INDEX project_title ON "pro ject"(title);
INSERT INTO "pro ject" VALUES (1, 'Ada'), (2, 'Bob');
