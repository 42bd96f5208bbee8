/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fetches a token: POST install, JSON both ways. A start password is good once: where no answer comes,
 * nobody knows on this side whether it was used up, and the user begins again at the setup page.
 */

import {ALGORITHMS} from './totp.js';
import {decode} from './base32.js';
import {line} from './typed.js';

const TIME_OUT = 30000;
const PERIOD = 60;
const SECRET_MIN = 16, SECRET_MAX = 64;
const TEXT_MAX = 300, SERVICE_MAX = 60;

/* why: 'offline' (nothing was sent), 'lost' (no answer), 'answer' (not understood), 'refused'. */
export class InstallError extends Error {
	/* texts: what the server says, {ja, en}, or {}. */
	constructor(why, texts = {}) {
		super(why);
		this.name = 'InstallError';
		this.why = why;
		this.texts = texts;
	}
}

/* The token that the server's answer describes, {service, algorithm, digits, period, bytes}; or null. */
export function readToken(answer) {
	const {secret, algorithm, digits, period, service_name: name} = answer;
	const bytes = typeof secret === 'string' ? decode(secret) : null;
	const service = typeof name === 'string' ? line(name, SERVICE_MAX) : '';

	if (bytes === null || bytes.length < SECRET_MIN || bytes.length > SECRET_MAX)
		return null;
	if (!Object.hasOwn(ALGORITHMS, algorithm) || ![6, 8].includes(digits) || period !== PERIOD)
		return null;
	return service === '' ? null : {service, algorithm, digits, period, bytes};
}

function readRefusal(answer) {
	const text = value => typeof value === 'string' ? line(value, TEXT_MAX) : '';

	return new InstallError('refused', {ja: text(answer.text_ja), en: text(answer.text_en)});
}

/* An object, whatever the server sent. */
async function readJson(answer) {
	try {
		const value = await answer.json();

		return typeof value === 'object' && value !== null ? value : {};
	} catch {
		return {};
	}
}

async function send(fields) {
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort(), TIME_OUT);

	try {
		const answer = await fetch('install', {
			method: 'POST',
			headers: {'Content-Type': 'application/json'},
			body: JSON.stringify(fields),
			cache: 'no-store',
			credentials: 'omit',
			redirect: 'error',
			signal: stop.signal,
		});

		return {answer, body: await readJson(answer)};
	} catch {
		throw new InstallError('lost');
	} finally {
		clearTimeout(timer);
	}
}

/* typed: {serviceId, userId, startPassword}. Gives readToken's object; throws InstallError. */
export async function install(typed) {
	if (!navigator.onLine)
		throw new InstallError('offline');
	const {answer, body} = await send({service_id: typed.serviceId, user_id: typed.userId,
		start_password: typed.startPassword});

	if (!answer.ok)
		throw readRefusal(body);
	const token = readToken(body);
	if (token === null)
		throw new InstallError('answer');
	return token;
}
