SELECT group_concat(person || hex(image), ' ') = '100FF 5' FROM (SELECT * FROM portrait ORDER BY person);
