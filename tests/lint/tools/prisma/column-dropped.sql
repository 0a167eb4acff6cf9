-- finds MD102 9
/*
  Warnings:

  - You are about to drop the column `pages` on the `Book` table. All the data in the column will be lost.

*/
-- AlterTable
ALTER TABLE "Book" DROP COLUMN "pages";
