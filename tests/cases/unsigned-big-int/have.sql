-- Types of several words and with numbers; what they say is their affinity.
CREATE TABLE n(a UNSIGNED BIG INT, b DOUBLE PRECISION, c NATIVE CHARACTER(70), d DECIMAL(10,5), e FLOATING POINT, f VARYING CHARACTER (255));
INSERT INTO n VALUES ('1', '1', 1, '1.10', '1', 1);
