// SPDX-License-Identifier: GPL-2.0-only
//
// A phone that speaks with the console as the app does, without the app: its codes are oathtool's.

import { execFileSync } from 'node:child_process';

import { sql, tokenUrl } from './stack.mjs';

/*
 * What the phone gets for the three values that its user enters: {status, token}. token is the answer's
 * JSON.
 */
export async function install({ serviceId, userId, start }) {
	const { origin } = new URL(tokenUrl);
	const response = await fetch(`${origin}/token/install`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', Origin: origin },
		body: JSON.stringify({ service_id: serviceId, user_id: userId, start_password: start }),
	});

	return { status: response.status, token: await response.json() };
}

/* The code of the minute that the stack's clock shows, or of one that many minutes away. */
export async function codeOf({ secret, algorithm, digits, period }, minutes = 0) {
	const now = Number(await sql(
		"SELECT FLOOR(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', clock_now()) / 1000000)"));

	return execFileSync('oathtool', [`--totp=${algorithm}`, '--base32', `--digits=${digits}`,
		`--time-step-size=${period}s`, `--now=@${now + minutes * period}`, '-'],
	{ input: secret, encoding: 'utf8' }).trim();
}
