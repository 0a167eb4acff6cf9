-- What ends lines, literals, comments and trigraphs, in names and in values.
CREATE TABLE "q??/x" ("a\b" TEXT DEFAULT '??!"\n', "c*/d" TEXT DEFAULT 'ä
ö' CHECK ("c*/d" <> '
'));
INSERT INTO "q??/x" VALUES ('1', '2'), ('
', '/*');
CREATE TABLE "two
lines" (x);
