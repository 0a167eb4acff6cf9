SELECT _rowid_ = 7 FROM rowid WHERE rowid MATCH 'run';
SELECT group_concat(_rowid_ || quote(a) || quote(b)) = '7''running''''1'',9NULL''5''' FROM rowid;
SELECT group_concat(docid || quote(rowid) || quote(_rowid_) || quote(more)) = '4''of''''old''NULL' FROM oid;
