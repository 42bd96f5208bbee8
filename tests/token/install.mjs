// SPDX-License-Identifier: GPL-2.0-only

import { setTimeout as pause } from 'node:timers/promises';

import { consoleUrl, operate, poll, sql, stack } from '../browser/stack.mjs';
import { bail, is, isnt, like, ok, plan } from '../browser/tap.mjs';
import { agent, issue, logsWith, long, origin, send } from './phone.mjs';

const secrets = [];

function another(digits) {
	return digits.replace(/^./, first => first === '9' ? '1' : String(Number(first) + 1));
}

function note(typed, answer) {
	secrets.push(typed.start_password);
	if (answer?.status === 200)
		secrets.push(JSON.parse(answer.text).secret);
	return answer;
}

/* What an answer is like, without what differs from one to the next. */
function shape({ status, headers, text }) {
	const { date, ...rest } = headers;

	return JSON.stringify({ status, rest, text });
}

function tokenOf(user_id, column) {
	return sql(`SELECT ${column} FROM token WHERE app_user_id = '${user_id}'`);
}

// --- the right three values

async function right() {
	const typed = issue('user1');
	const answer = note(typed, await send(typed));
	const { secret, ...rest } = JSON.parse(answer.text);

	is(answer.status, 200, 'the right three values give a token');
	like(secret, /^[A-Z2-7]{52}$/, 'the secret is 32 bytes in base32');
	is(rest, { algorithm: 'sha256', digits: 6, period: 60, service_name: 'ビジネスバンキング' },
		'the answer names algorithm, digits, period and service, and nothing else');
	is([answer.headers['content-type'], answer.headers['cache-control'], answer.headers['set-cookie']],
		['application/json', 'no-store', undefined], 'the answer is JSON that nobody keeps, without a cookie');
	is(await tokenOf(typed.user_id, 'state'), 'installed', 'the token is installed');
	is((await send(typed)).status, 403, 'the same three values give no token again');

	const next = issue('user1');
	isnt(JSON.parse(note(next, await send(next)).text).secret, secret, 'every token has a secret of its own');
}

async function policies() {
	for (const [algorithm, digits] of [['sha1', 8], ['sha512', 6]]) {
		await operate(['policy', 'set', 'token_algorithm', algorithm]);
		await operate(['policy', 'set', 'token_digits', String(digits)]);
		const typed = issue('user1');
		const answer = JSON.parse(note(typed, await send(typed)).text);
		is([answer.algorithm, answer.digits, answer.period], [algorithm, digits, 60],
			`the answer says ${algorithm} and ${digits} digits where the policy does`);
	}
	await operate(['policy', 'set', 'token_algorithm', 'sha256']);
	await operate(['policy', 'set', 'token_digits', '6']);
}

// --- wrong ones

async function wrong() {
	const typed = issue('user1');
	const answers = {
		'a wrong service ID': { ...typed, service_id: 'OTHER' },
		'a wrong user ID': { ...typed, user_id: another(typed.user_id) },
		'a wrong start password': { ...typed, start_password: another(typed.start_password) },
		'a service ID that cannot be': { ...typed, service_id: 'あ' },
		'an empty user ID': { ...typed, user_id: '' },
		'a start password that is too long': { ...typed, start_password: '1'.repeat(64) },
	};
	const first = await send(answers['a wrong service ID']);

	is(first.status, 403, 'a wrong value gives no token');
	is(JSON.parse(first.text), { error: 'install',
		text_ja: 'サービスID、ユーザIDまたは利用開始パスワードが正しくないか、有効期限が切れています。',
		text_en: 'Service ID, user ID or start password is wrong, or has expired.' },
	'a refusal says what is to be checked, in both languages');
	for (const [name, body] of Object.entries(answers))
		is(shape(await send(body)), shape(first), `${name} is answered like any other`);
	is((await send(typed)).status, 200, 'wrong values up to the limit leave the token to its user');
}

async function limit() {
	const typed = issue('user1');
	const guess = { ...typed, start_password: another(typed.start_password) };

	note(typed);
	for (let i = 0; i < 5; i++)
		await send(guess);
	is((await send(typed)).status, 403, 'after five wrong start passwords the right one gives no token');
	is(await tokenOf(typed.user_id, 'state'), 'revoked', 'the issue is void then');
	const next = issue('user1');
	is((await send(next)).status, 200, 'and the user can begin again at once');
}

/* Guesses in several lanes, as fast as they go. */
async function guesses() {
	const count = long ? 10000 : 100;
	const typed = issue('user2');
	const numbers = Array.from({ length: count }, (unused, i) => String(i).padStart(4, '0'))
		.filter(number => number !== typed.start_password);
	const statuses = {};

	note(typed);
	await Promise.all(Array.from({ length: 16 }, async () => {
		while (numbers.length > 0) {
			const { status } = await send({ ...typed, start_password: numbers.pop() });
			statuses[status] = (statuses[status] || 0) + 1;
		}
	}));
	is(statuses, { 403: count }, `${count} guesses are refused, each of them`);
	is(await tokenOf(typed.user_id, 'start_password_failures'), '5', 'no more than five of them were looked at');
	is((await send(typed)).status, 403, 'the right start password comes too late');
}

async function together() {
	const typed = issue('user3');
	const answers = await Promise.all(Array.from({ length: 100 }, () => send(typed)));
	const good = answers.filter(answer => answer.status === 200);

	good.forEach(answer => note(typed, answer));
	is(good.length, 1, 'of 100 phones at the same moment one gets the token');
	is(new Set(answers.filter(answer => answer.status !== 200).map(shape)).size, 1,
		'the others all get the same refusal');
	is(await sql(`SELECT COUNT(*) FROM audit_event e JOIN token t ON t.user_id = e.on_user
		AND e.at >= t.issued_at WHERE t.app_user_id = '${typed.user_id}' AND e.act = 'install'`), '1', 'one install stands in the audit');
}

async function lost() {
	const typed = issue('user3');

	note(typed, await send(typed));
	const again = issue('user3');
	isnt(again.user_id, typed.user_id, 'after an answer that was lost the token is issued anew, without a wait');
	is(await tokenOf(typed.user_id, 'state'), 'revoked', 'the one that was lost is void');
	is(note(again, await send(again)).status, 200, 'the new one is installed');
}

// --- requests that are none

async function malformed() {
	const typed = issue('user1');
	const { service_id, user_id, start_password } = typed;
	const bodies = { 'nothing': '', 'no JSON': 'service_id=1', 'half of it': JSON.stringify(typed).slice(0, -1),
		'a list': [service_id, user_id, start_password], 'null': 'null', 'a member less': { service_id, user_id },
		'a member more': { ...typed, more: '1' }, 'a number': { ...typed, start_password: Number(start_password) },
		'a member twice': JSON.stringify(typed).replace('}', `,"user_id":"${user_id}"}`),
		'a NUL': JSON.stringify({ ...typed, user_id: `${user_id}\u0000` }),
		'bad UTF-8': Buffer.from(`{"service_id":"\xff","user_id":"1","start_password":"1"}`, 'latin1').toString('latin1'),
		'a long value': { ...typed, service_id: 'x'.repeat(65) },
		'deep nesting': `${'['.repeat(400)}${']'.repeat(400)}`,
		'a long body': { ...typed, service_id: 'x'.repeat(2000) } };

	for (const [name, body] of Object.entries(bodies)) {
		/* U+00FF as two bytes is good UTF-8, but no service ID. */
		const { status, text } = await send(body);
		is([status, JSON.parse(text).error], name === 'bad UTF-8' ? [403, 'install'] : [400, 'form'],
			`${name} is no request`);
	}
	is([(await send(typed, { path: '/token/install?x=1' })).status, (await send(typed,
		{ headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })).status], [400, 400],
	'a query, or a form, is no request');
	is((await send(typed, { headers: { 'Content-Type': 'text/plain' } })).status, 415, 'text is no request');
	is((await send('x'.repeat(70000))).status, 413, 'what is too large is not read');
	is((await send('', { method: 'GET' })).status, 405, 'a token is not asked for by GET');
	is(await tokenOf(typed.user_id, "CONCAT(state, ' ', start_password_failures)"), 'issued 0',
		'none of these counts as a try');
}

async function elsewhere() {
	const typed = issue('user1');
	const origins = [null, 'null', new URL(consoleUrl).origin, `${origin}.example.jp`];

	for (const from of origins)
		is((await send(typed, { headers: { Origin: from } })).status, 403, `a request from ${from} is refused`);
	const { status, text } = await send(typed, { to: new URL(consoleUrl).origin });
	ok(status >= 400 && !text.includes('secret'), 'the console\'s own origin gives no token', { status });
	is(await tokenOf(typed.user_id, "CONCAT(state, ' ', start_password_failures)"), 'issued 0',
		'none of these counts as a try');
	is(note(typed, await send(typed)).status, 200, 'the app\'s own origin does');
}

async function away() {
	const typed = issue('user1');

	await stack('stop', 'db');
	const { status, text } = await send(typed);
	await stack('start', 'db');
	is([status, JSON.parse(text).error, 'secret' in JSON.parse(text)], [503, 'service', false],
		'without the database no token is given');
	const late = await poll(10, async () => {
		const answer = await send(typed);
		return answer.status === 200 && answer;
	});
	note(typed, late);
	is(late?.status, 200, 'when it is back the same three values are good');
}

async function main() {
	await right();
	await policies();
	await wrong();
	await limit();
	await guesses();
	await together();
	await lost();
	await malformed();
	await elsewhere();
	await away();
	is(logsWith(secrets), [], 'no start password and no secret stands in any log');
	is(logsWith(['/token/install']), ['server/web/access.log', 'server/web/output.log'],
		'while the requests do');
}

let status = 1;
try {
	await main();
	status = plan();
} catch (error) {
	bail(error);
}
agent.destroy();
await pause(0);
process.exit(status);
