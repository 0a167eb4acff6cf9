SELECT count(*) = 2 FROM f WHERE f MATCH 'big';
SELECT count(*) = 2 FROM g WHERE g MATCH 'big';
SELECT count(*) = 1 FROM h WHERE h MATCH 'two';
