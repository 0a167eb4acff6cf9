SELECT count(*) = 2 FROM lamp WHERE socket = 'E27' AND volts IS NULL;
SELECT id = 2 FROM bright;
