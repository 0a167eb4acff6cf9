-- finds LN101 3
begin transaction;
ALTER TABLE "authors" ADD "at" datetime DEFAULT CURRENT_TIMESTAMP;
commit transaction;
