-- Types of keys that are what they are meant to be, and a slip that was there before.
CREATE TABLE before(id INTEGR PRIMARY KEY, a TEXT);
