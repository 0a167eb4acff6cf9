SELECT sum(e) = 32 AND sum(f) = 60 FROM c;
