SELECT b = '2n' FROM x;
