/* SPDX-License-Identifier: GPL-2.0-only */
/* The app's key in use: unlocking it, turning the lock on and off, and the tokens' HMAC keys. */

import {Refusal} from './store.js';
import {measureRounds, newOpenRecord, newPinRecord, open, openedRecord, resealAll, seal, unlock}
	from './vault.js';
import {startWaiting} from './delay.js';

const now = () => performance.now();

/* Thrown where a PIN is not tried yet. */
export class Wait extends Error {
	constructor(seconds) {
		super('wait');
		this.name = 'Wait';
		this.seconds = seconds;
	}
}

export function openKeys(store) {
	const waiting = startWaiting(now);
	let appKey = null, keyId = null, hmacs = new Map();

	function forget() {
		appKey = null;
		keyId = null;
		hmacs = new Map();
	}

	function use(id, key) {
		forget();
		keyId = id;
		appKey = key;
	}

	function left(data) {
		return waiting.left(data.settings.failures || 0);
	}

	/* The key of a locked record, or null; counted as wrong until it has proved right. */
	async function tryPin(pin) {
		const data = await store.read();
		const seconds = left(data);

		if (seconds > 0)
			throw new Wait(seconds);
		await store.countFailure(data.settings.failures || 0);
		const key = await unlock(data.key, pin);
		if (key !== null)
			await store.set('failures', 0);
		else
			left(await store.read());
		return key === null ? null : {data, key};
	}

	return {
		/* Takes up what the store holds: keys of another record than before are dropped. */
		follow(record) {
			if (record.kind === 'open' && record.id !== keyId)
				use(record.id, record.appKey);
			else if (record.id !== keyId)
				forget();
		},

		isLocked() {
			return appKey === null;
		},

		/* Seconds until a PIN may be tried. */
		wait: left,

		lock: forget,

		/* false: the PIN is wrong. Throws Wait. */
		async unlock(pin) {
			const found = await tryPin(pin);

			if (found !== null)
				use(found.data.key.id, found.key);
			return found !== null;
		},

		/* A new PIN, from an unlocked state. All secrets go under a new key. */
		async turnOn(pin) {
			const data = await store.read();

			demandSame(data, keyId);
			const record = await newPinRecord(pin, await measureRounds(now));
			const key = await unlock(record, pin);
			await store.replaceKey(keyId, record, await resealAll(appKey, key, data.tokens));
			use(record.id, key);
		},

		/* false: the PIN is wrong. Throws Wait. */
		async turnOff(pin) {
			const found = await tryPin(pin);

			if (found === null)
				return false;
			const record = openedRecord(found.key);
			await store.replaceKey(found.data.key.id, record, found.data.tokens);
			use(record.id, found.key);
			return true;
		},

		/* Seals a secret and stores its token: gives it as stored. bytes are wiped. */
		async keep(token, bytes) {
			return store.add(await seal(appKey, token, bytes), keyId);
		},

		/* A token's HMAC key. */
		async hmac(token) {
			if (!hmacs.has(token.id))
				hmacs.set(token.id, await open(appKey, token));
			return hmacs.get(token.id);
		},
	};
}

function demandSame(data, keyId) {
	if (data.key.id !== keyId)
		throw new Refusal('changed');
}

/* Stores an app's key if there is none. */
export async function beginKeys(store) {
	const data = await store.read();

	if (data.key === undefined)
		await store.begin(await newOpenRecord());
}
