ATTACH 'other.db' AS other;
SELECT load_extension('x');
.read more.sql
VACUUM;
