CREATE TABLE "author" ("id" varchar PRIMARY KEY NOT NULL, "name" varchar NOT NULL, "sex" varchar CHECK( "sex" IN ('m','f') ), CONSTRAINT "UQ_1" UNIQUE ("name"));
CREATE TABLE "book" ("id" integer PRIMARY KEY NOT NULL, "title" varchar, "price" float NOT NULL DEFAULT (0), "authorId" varchar, CONSTRAINT "FK_1" FOREIGN KEY ("authorId") REFERENCES "author" ("id") ON DELETE SET NULL ON UPDATE NO ACTION);
CREATE INDEX "IDX_1" ON "book" ("authorId");
