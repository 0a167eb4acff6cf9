-- moult:allow LN999 who knows
ALTER TABLE word ADD COLUMN a;
