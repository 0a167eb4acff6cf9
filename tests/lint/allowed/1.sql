-- moult:allow LN106 the runner begins a transaction
ALTER TABLE word ADD COLUMN a;
ALTER TABLE word ADD COLUMN b;
