-- nothing
BEGIN;
drop table if exists `shelf`;
create table `shelf` (`id` integer not null primary key autoincrement, `made` datetime default CURRENT_TIMESTAMP);
COMMIT;
