SELECT group_concat(low) = '7,0,0,5,4' FROM item;
