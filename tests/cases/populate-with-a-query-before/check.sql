SELECT a = 'olda' FROM f;
