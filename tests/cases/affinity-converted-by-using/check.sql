SELECT group_concat(code) = '7,12' FROM agent;
