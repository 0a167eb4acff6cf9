SELECT count(*) = 2 FROM lamp WHERE colour IS NULL AND socket = 'E27' AND bought = '2020-01-02';
SELECT sum(watt) = 100 FROM lamp;
