CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, mail TEXT UNIQUE, born TEXT, kind TEXT);
CREATE INDEX person_born ON person(born);
