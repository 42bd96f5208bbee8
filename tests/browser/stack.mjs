// SPDX-License-Identifier: GPL-2.0-only
//
// The stack that tests/browser/run.sh has started, from within a browser test.

import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const root = new URL('../..', import.meta.url).pathname;
export const directory = process.env.SEIKYO_STACK;
export const consoleUrl = process.env.SEIKYO_CONSOLE_URL;
export const tokenUrl = process.env.SEIKYO_TOKEN_URL;

/* tests/stack SUBCOMMAND on this stack: what it prints. */
export async function stack(subcommand, ...words) {
	return (await run(`${root}tests/stack`, [subcommand, directory, ...words])).stdout.trim();
}

/* tests/phone SUBCOMMAND LOGIN on this stack: what it prints. */
export async function phone(subcommand, login, ...words) {
	return (await run(`${root}tests/phone`, [subcommand, directory, login, ...words])).stdout.trim();
}

/* seikyo-otp: what it prints. input: what it reads (a password). */
export async function operate(words, input = '') {
	const running = run(process.env.SEIKYO_COMMAND, words);

	/* A command that reads nothing may have ended already. */
	running.child.stdin.on('error', () => {});
	running.child.stdin.end(input);
	return (await running).stdout.trim();
}

/* A row a line, columns parted by tabs. */
export async function sql(statement) {
	return stack('sql', process.env.SEIKYO_DB_NAME, '-e', statement);
}

/* Japan time, or '+60'. */
export async function clock(to) {
	await stack('clock', to);
}

/* What the phone of this user shows in the next minute, the clock moved there: no code that was used. */
export async function nextCode(login) {
	await clock('+60');
	return phone('code', login);
}

/* What DIR/people knows: login id -> {role, password, confirmation, contract, p12}. */
export function people() {
	const known = {};

	for (const line of readFileSync(`${directory}/people`, 'utf8').trim().split('\n')) {
		const [login, role, password, , confirmation, contract] = line.split(' ');

		known[login] = { login, role, password, confirmation, contract, p12: `${directory}/${login}.p12` };
	}
	return known;
}

/* What the promise of the condition gives, as soon as it is something; undefined if it is not by then. */
export async function poll(seconds, condition) {
	const until = Date.now() + seconds * 1000;

	for (;;) {
		const got = await condition();

		if (got || Date.now() > until)
			return got || undefined;
		await pause(50);
	}
}

/* Quoted-printable or base64 as the header says. */
function decode(head, body) {
	const encoding = /^content-transfer-encoding:\s*(\S+)/im.exec(head)?.[1]?.toLowerCase();

	if (encoding === 'base64')
		return Buffer.from(body, 'base64').toString('utf8');
	if (encoding === 'quoted-printable')
		return Buffer.from(body.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi,
			(all, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString('utf8');
	return body;
}

/* The mails received by one address, oldest first: {head, body}. */
export function mails(to) {
	const folder = process.env.SEIKYO_MAIL_DIR;

	return readdirSync(folder).filter(name => name.endsWith('.eml')).sort()
		.map(name => readFileSync(`${folder}/${name}`, 'utf8'))
		.map(text => {
			const end = /\r?\n\r?\n/.exec(text);
			const head = text.slice(0, end?.index);

			return { head, body: decode(head, text.slice(end ? end.index + end[0].length : text.length)) };
		})
		.filter(mail => mail.head.includes(`X-Envelope-To: ${to}`));
}
