// SPDX-License-Identifier: MIT
//
// knex.js: a migration of Knex, which runs each in a transaction, for the better-sqlite3 and sqlite3 clients.
// Save it among the migrations, with upgrade.json beside it.

const { readFileSync } = require('node:fs');
const { join } = require('node:path');

exports.up = async knex => {
	for (const sql of JSON.parse(readFileSync(join(__dirname, 'upgrade.json'), 'utf8')))
		await knex.raw(sql.replaceAll('?', '\\?')); // a question mark is no binding here
};

// The way back is a plan from the new schema to the old one.
exports.down = () => Promise.reject(new Error('restore a backup, or plan the way back'));
