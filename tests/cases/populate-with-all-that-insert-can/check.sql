SELECT group_concat(rowid || ifnull(body, '-')) = '7two,8THREE,9four,10five,11-,12oneone' FROM f;
