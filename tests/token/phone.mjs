// SPDX-License-Identifier: GPL-2.0-only
//
// What the tests of the phone app share: a token that waits for its phone, and the phone's request.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import https from 'node:https';

import { directory, root, tokenUrl } from '../browser/stack.mjs';

export const long = Boolean(process.env.SEIKYO_LONG);
export const origin = new URL(tokenUrl).origin;

/* A token is issued to this user: what the user then enters on the phone. */
export function issue(login) {
	const [service_id, user_id, start_password] = execFileSync(`${root}tests/token/issue`,
		[directory, login], { encoding: 'utf8' }).trim().split('\t');

	return { service_id, user_id, start_password };
}

export const agent = new https.Agent({ keepAlive: true, maxSockets: 100 });

/*
 * A request to the app's origin: {status, headers, text}; status 0 if the connection broke. body: an
 * object, or a string as it is.
 */
export function send(body, { path = '/token/install', method = 'POST', headers = {}, to = origin } = {}) {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const sent = { Origin: origin, 'Content-Type': 'application/json', ...headers };

	if (method === 'POST')
		sent['Content-Length'] = Buffer.byteLength(text);
	for (const name of Object.keys(sent))
		if (sent[name] === null)
			delete sent[name];
	return new Promise(resolve => {
		const request = https.request(to + path, { method, agent, headers: sent }, answer => {
			const parts = [];

			answer.on('data', part => parts.push(part));
			answer.on('error', () => resolve({ status: 0, headers: {}, text: '' }));
			answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers,
				text: Buffer.concat(parts).toString('utf8') }));
		});
		request.on('error', () => resolve({ status: 0, headers: {}, text: '' }));
		request.end(method === 'POST' ? text : undefined);
	});
}

/* The code of a base32 secret at a moment (milliseconds), made by oathtool. */
export function codeOf(secret, moment, { algorithm = 'sha256', digits = 6 } = {}) {
	return execFileSync('oathtool', [`--totp=${algorithm}`, '-b', '-d', String(digits), '-s', '60s', '-N',
		`@${Math.floor(moment / 1000)}`, '-'], { encoding: 'utf8', input: secret }).trim();
}

/* The servers' logs in which any of these texts stands. */
export function logsWith(texts) {
	const logs = ['server/web/error.log', 'server/web/access.log', 'server/web/output.log',
		'server/radius/radius.log', 'server/db/error.log'];

	return logs.filter(log => {
		const text = readFileSync(`${directory}/${log}`, 'utf8');

		return texts.some(one => text.includes(one));
	});
}
