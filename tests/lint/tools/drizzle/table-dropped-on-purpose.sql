-- nothing
-- moult:allow MD101:book it is in the archive
DROP TABLE `book`;
