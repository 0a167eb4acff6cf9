SELECT round(gross) = 120 FROM p WHERE net;
