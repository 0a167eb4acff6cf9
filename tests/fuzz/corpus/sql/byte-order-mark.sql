CREATE TABLE t(a TEXT ﻿,﻿b DEFAULT (1)﻿/* c */);
CREATE VIEW ""﻿AS SELECT a FROM t;
CREATE TABLE "﻿u"(﻿"﻿a", b﻿);
