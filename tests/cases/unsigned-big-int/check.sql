SELECT typeof(a) || typeof(b) || typeof(c) || typeof(d) || typeof(e) || typeof(f) = 'integerrealtextrealintegertext' FROM n;
