/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the tokens' secrets are kept.
 *
 * A secret is imported once, at the install, and stored only sealed: wrapped by AES-256-GCM under the
 * app's key, together with the token's id and parameters. The app's key is random, and stored
 *   lock off  as a CryptoKey that cannot be exported,
 *   lock on   wrapped under a key from the PIN (PBKDF2-SHA-256); it is in memory while unlocked.
 * To show a code a secret is unwrapped into an HMAC CryptoKey that cannot be exported. Its bytes never
 * meet JavaScript again, not when the lock is turned on either: then a new app's key is made, while it
 * can still be wrapped, and each secret goes from the old wrapping into the new one.
 *
 * Someone with a copy of the browser's profile
 *   lock off  has the codes: browsers write a CryptoKey's bytes into their files in clear. Against that
 *             stand the phone's own screen lock and disk encryption.
 *   lock on   has to try PINs, each at the cost of PBKDF2: six digits hold up a finder, not for long
 *             someone with fast hardware; each further digit makes it ten times longer. What the files
 *             held before the lock was turned on may stand in them until the browser tidies up.
 * Someone whose script runs on this origin (the Content-Security-Policy lets none but ours) could make
 * codes of any future moment with a key that cannot be exported as well as with its bytes: there the lock
 * helps while it is locked, and nothing else does.
 */

import {ALGORITHMS} from './totp.js';

const WRAPPING = {name: 'AES-GCM', length: 256};
const HASH = 'SHA-256';
const SALT_LENGTH = 16;

/* What the PIN's key costs: as long as the user bears, but no fewer rounds than is held sound. */
const TARGET_MS = 500;
export const ROUNDS_MIN = 600000;
const ROUNDS_MAX = 10000000;
const ROUNDS_TRIED = 100000;

export function randomBytes(length) {
	return crypto.getRandomValues(new Uint8Array(length));
}

/* 32 hex digits. */
export function newId() {
	return Array.from(randomBytes(16), byte => byte.toString(16).padStart(2, '0')).join('');
}

function gcm(iv, bound) {
	return {name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(JSON.stringify(bound))};
}

/* A sealed secret is good for this token only, with these parameters. */
function bound(token) {
	return ['seikyo token', 1, token.id, token.algorithm, token.digits, token.period];
}

function hmac(token) {
	return {name: 'HMAC', hash: ALGORITHMS[token.algorithm]};
}

async function wrapSecret(appKey, token, secret) {
	const iv = randomBytes(12);

	return {...token, iv, sealed: await crypto.subtle.wrapKey('raw', secret, appKey,
		gcm(iv, bound(token)))};
}

function unwrapSecret(appKey, token, extractable) {
	return crypto.subtle.unwrapKey('raw', token.sealed, appKey, gcm(token.iv, bound(token)),
		hmac(token), extractable, ['sign']);
}

/*
 * The token with iv and sealed beside its own fields (id, algorithm, digits, period ...). bytes: the
 * secret; wiped.
 */
export async function seal(appKey, token, bytes) {
	try {
		const secret = await crypto.subtle.importKey('raw', bytes, hmac(token), true, ['sign']);

		return await wrapSecret(appKey, token, secret);
	} finally {
		bytes.fill(0);
	}
}

/* The HMAC key of a sealed token, which cannot be exported. Throws if it is not sealed by this key. */
export function open(appKey, token) {
	return unwrapSecret(appKey, token, false);
}

/* The same tokens, sealed by another app's key. */
export function resealAll(oldKey, newKey, tokens) {
	return Promise.all(tokens.map(async token =>
		wrapSecret(newKey, token, await unwrapSecret(oldKey, token, true))));
}

/* The stored form of a new app's key without a lock: {id, kind: 'open', appKey}. */
export async function newOpenRecord() {
	const appKey = await crypto.subtle.generateKey(WRAPPING, false, ['wrapKey', 'unwrapKey']);

	return {id: newId(), kind: 'open', appKey};
}

/* The locked record's key, stored without a lock from now on. */
export function openedRecord(appKey) {
	return {id: newId(), kind: 'open', appKey};
}

async function pinKey(pin, salt, rounds) {
	const bytes = new TextEncoder().encode(pin);

	try {
		const base = await crypto.subtle.importKey('raw', bytes, 'PBKDF2', false, ['deriveKey']);

		return await crypto.subtle.deriveKey({name: 'PBKDF2', salt, iterations: rounds, hash: HASH},
			base, WRAPPING, false, ['wrapKey', 'unwrapKey']);
	} finally {
		bytes.fill(0);
	}
}

/*
 * How many rounds take TARGET_MS on this device, by the clock `now` (milliseconds). A clock that says
 * nothing gives the least.
 */
export async function measureRounds(now) {
	const salt = randomBytes(SALT_LENGTH);
	const begun = now();

	await pinKey('0', salt, ROUNDS_TRIED);
	const took = now() - begun;
	if (!(took > 0))
		return ROUNDS_MIN;
	return Math.min(ROUNDS_MAX, Math.max(ROUNDS_MIN, Math.round(ROUNDS_TRIED * TARGET_MS / took)));
}

function pinBound(record) {
	return ['seikyo lock', 1, record.id, record.rounds];
}

/* The stored form of a new app's key under a PIN: {id, kind: 'pin', salt, rounds, iv, wrapped}. */
export async function newPinRecord(pin, rounds) {
	const record = {id: newId(), kind: 'pin', salt: randomBytes(SALT_LENGTH), rounds,
		iv: randomBytes(12)};
	const appKey = await crypto.subtle.generateKey(WRAPPING, true, ['wrapKey', 'unwrapKey']);
	const key = await pinKey(pin, record.salt, rounds);

	record.wrapped = await crypto.subtle.wrapKey('raw', appKey, key,
		gcm(record.iv, pinBound(record)));
	return record;
}

/* The app's key, which cannot be exported; null if the PIN is wrong. */
export async function unlock(record, pin) {
	const key = await pinKey(pin, record.salt, record.rounds);

	try {
		return await crypto.subtle.unwrapKey('raw', record.wrapped, key,
			gcm(record.iv, pinBound(record)), WRAPPING, false, ['wrapKey', 'unwrapKey']);
	} catch (error) {
		if (error.name === 'OperationError')
			return null;
		throw error;
	}
}
