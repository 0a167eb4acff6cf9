SELECT given = 'Grace' AND family = 'Hopper' AND euros = 12.5 FROM person WHERE id = 1;
SELECT given = 'Plato' AND family IS NULL AND euros = 0.0 FROM person WHERE id = 2;
SELECT given IS NULL AND euros IS NULL FROM person WHERE id = 3;
SELECT count(*) = 4 FROM pragma_table_info('person');
