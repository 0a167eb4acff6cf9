SELECT group_concat(name) = 'ch,dd' FROM land;
