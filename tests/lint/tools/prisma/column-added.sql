-- nothing
-- AlterTable
ALTER TABLE "Book" ADD COLUMN "isbn" TEXT;
