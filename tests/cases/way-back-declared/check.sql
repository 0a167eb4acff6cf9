SELECT given || '|' || family || '|' || age = 'Ada|Lovelace|36' FROM person;
