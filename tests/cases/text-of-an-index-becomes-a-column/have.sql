CREATE TABLE z(i, a);
CREATE INDEX zi ON z(i) WHERE a <> "active";
