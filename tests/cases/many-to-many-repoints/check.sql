SELECT label_id = 4 FROM book_labels;
SELECT seq = 6 FROM sqlite_sequence WHERE name = 'book_labels';
