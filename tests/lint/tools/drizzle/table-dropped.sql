-- finds MD101 2
DROP TABLE `book`;
