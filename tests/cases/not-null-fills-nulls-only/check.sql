SELECT group_concat(cents || note, '|') = '250none|0x|0' FROM price;
