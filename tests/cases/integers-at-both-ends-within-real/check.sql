SELECT count(*) = 3 FROM t WHERE typeof(until) = 'real';
