// SPDX-License-Identifier: MIT
//
// d1.mjs: for a Worker that has a D1 database.  A batch is a transaction.
//
//	import statements from './upgrade.json';
//	await upgrade(env.DB, statements);

export async function upgrade(db, statements) {
	await db.batch(statements.map(sql => db.prepare(sql)));
}
