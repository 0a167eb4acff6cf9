UPDATE person SET kind = "gest" WHERE kind = "guest";
CREATE INDEX person_kind ON person("kind");
