SELECT typeof(a) || typeof(b) || typeof(c) || typeof(d) = 'textrealtexttext' FROM t;
