-- finds MC101 3
begin transaction;
ALTER TABLE "authors" RENAME TO "writers";
DROP INDEX "index_authors_on_name";
CREATE INDEX "index_writers_on_name" ON "writers" ("name");
commit transaction;
