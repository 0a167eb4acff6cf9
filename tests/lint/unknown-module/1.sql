CREATE VIRTUAL TABLE x USING no_such_module(a);
