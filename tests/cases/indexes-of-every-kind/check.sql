SELECT count(*) = 4 FROM pragma_index_list('person');
SELECT count(*) = 0 FROM (SELECT * FROM keep_stat EXCEPT SELECT tbl, idx, stat FROM sqlite_stat1);
SELECT count(*) = 4 FROM keep_stat;
SELECT coll = 'NOCASE' FROM pragma_index_xinfo('person_name') WHERE seqno = 0;
SELECT "desc" = 1 FROM pragma_index_xinfo('person_name') WHERE seqno = 1;
SELECT partial = 1 FROM pragma_index_list('person') WHERE name = 'person_high';
