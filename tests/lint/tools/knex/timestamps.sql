-- finds LN101 4
-- finds LN101 5
BEGIN;
alter table `book` add column `created_at` datetime not null default CURRENT_TIMESTAMP;
alter table `book` add column `updated_at` datetime not null default CURRENT_TIMESTAMP;
COMMIT;
