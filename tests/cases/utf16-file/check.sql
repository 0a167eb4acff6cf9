SELECT encoding = 'UTF-16le' FROM pragma_encoding;
SELECT "länge" = 6 FROM wort WHERE text = 'Straße';
