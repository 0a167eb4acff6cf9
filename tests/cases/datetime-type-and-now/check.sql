SELECT sum(typeof(at) = 'text') = 2 FROM e;
