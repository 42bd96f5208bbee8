/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the phone keeps (IndexedDB): up to TOKENS_MAX tokens, their secrets sealed (vault.js); the app's
 * key; a few settings. Several windows may be open: what a change assumes is checked in the
 * transaction that makes it, and the others are told.
 */

import {place} from './names.js';

export const TOKENS_MAX = 10;

const NAME = 'seikyo-token';
const VERSION = 1;
const CHANNEL = 'seikyo-token';

/* why: 'full', 'name' (taken), 'changed' (by another window: read again). */
export class Refusal extends Error {
	constructor(why) {
		super(why);
		this.name = 'Refusal';
		this.why = why;
	}
}

function result(request) {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

function ended(transaction) {
	return new Promise((resolve, reject) => {
		transaction.oncomplete = () => resolve();
		transaction.onabort = () => reject(transaction.error || new Error('aborted'));
	});
}

function connect() {
	return new Promise((resolve, reject) => {
		const request = indexedDB.open(NAME, VERSION);

		request.onupgradeneeded = () => {
			request.result.createObjectStore('tokens', {keyPath: 'id'});
			request.result.createObjectStore('settings');
		};
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
		request.onblocked = () => reject(new Error('blocked'));
	});
}

/* Opens it; throws where the browser keeps nothing. onChange: called when another window wrote. */
export async function openStore(onChange) {
	const database = await connect();
	const channel = new BroadcastChannel(CHANNEL);

	database.onversionchange = () => database.close();
	channel.onmessage = () => onChange();

	/* All or nothing; work may wait for its own requests only, else the browser ends it early. */
	async function transact(mode, work) {
		/* A token's secret comes once: it must be on the disk before anybody is told. */
		const transaction = database.transaction(['tokens', 'settings'], mode,
			{durability: 'strict'});
		const end = ended(transaction);
		let value;

		end.catch(() => {});
		try {
			value = await work(transaction.objectStore('tokens'),
				transaction.objectStore('settings'));
		} catch (error) {
			abort(transaction);
			throw error;
		}
		await end;
		return value;
	}

	async function write(work) {
		const value = await transact('readwrite', work);

		channel.postMessage('changed');
		return value;
	}

	return {
		/* {tokens (oldest first), key (vault.js's record, or undefined), settings: an object}. */
		read() {
			return transact('readonly', readAll);
		},

		/* The app's key of the first start; where there is one already, that one stays. */
		begin(record) {
			return write(async (tokens, settings) => {
				if (await result(settings.get('key')) === undefined)
					settings.put(record, 'key');
			});
		},

		/*
		 * Stores a token that was sealed under the key of that id, with a free name and as the one
		 * that is shown; gives it as it was stored.
		 */
		add(token, keyId) {
			return write((tokens, settings) => addToken(tokens, settings, token, keyId));
		},

		/* Other words for a token's name. Refuses a name that is taken. */
		rename(id, words) {
			return write(tokens => renameToken(tokens, id, words));
		},

		remove(id) {
			return write(tokens => result(tokens.delete(id)));
		},

		/* Another app's key, and all the tokens sealed anew under it. */
		replaceKey(oldId, record, resealed) {
			return write((tokens, settings) =>
				replaceKey(tokens, settings, oldId, record, resealed));
		},

		set(name, value) {
			return write((tokens, settings) => result(settings.put(value, name)));
		},

		/*
		 * Counts a wrong PIN before it is tried: a window that is closed meanwhile gains nothing.
		 * failures: the number that this window has waited for.
		 */
		countFailure(failures) {
			return write(async (tokens, settings) => {
				if ((await result(settings.get('failures')) || 0) !== failures)
					throw new Refusal('changed');
				settings.put(failures + 1, 'failures');
			});
		},

		/* Everything goes: tokens, key, settings. */
		clear() {
			return write(async (tokens, settings) => {
				await result(tokens.clear());
				await result(settings.clear());
			});
		},
	};
}

function abort(transaction) {
	try {
		transaction.abort();
	} catch {
		/* It has ended by itself. */
	}
}

function byAge(tokens) {
	return tokens.sort((one, other) => one.order - other.order);
}

async function readAll(tokens, settings) {
	const names = await result(settings.getAllKeys());
	const values = await result(settings.getAll());
	const all = Object.fromEntries(names.map((name, i) => [name, values[i]]));

	return {tokens: byAge(await result(tokens.getAll())), key: all.key, settings: all};
}

/* Throws unless the app's key is still the one of that id. */
async function demandKey(settings, id) {
	const key = await result(settings.get('key'));

	if (key === undefined || key.id !== id)
		throw new Refusal('changed');
}

async function addToken(tokens, settings, token, keyId) {
	await demandKey(settings, keyId);
	const others = byAge(await result(tokens.getAll()));
	const last = others[others.length - 1];

	if (others.length >= TOKENS_MAX)
		throw new Refusal('full');
	const stored = {...token, ...place(others, token.service, ''), order: last ? last.order + 1 : 1};
	await result(tokens.add(stored));
	await result(settings.put(stored.id, 'shown'));
	return stored;
}

async function renameToken(tokens, id, words) {
	const all = await result(tokens.getAll());
	const token = all.find(one => one.id === id);

	if (!token)
		throw new Refusal('changed');
	/* Without words before and after, the number stays. */
	if (words === '' && token.words === '')
		return;
	const placed = place(all.filter(one => one.id !== id), token.service, words);
	if (!placed)
		throw new Refusal('name');
	await result(tokens.put({...token, ...placed}));
}

/* Throws unless the resealed tokens are the stored ones, neither more nor less. */
async function replaceKey(tokens, settings, oldId, record, resealed) {
	await demandKey(settings, oldId);
	const stored = new Map((await result(tokens.getAll())).map(token => [token.id, token]));

	if (stored.size !== resealed.length || resealed.some(token => !stored.has(token.id)))
		throw new Refusal('changed');
	for (const {id, iv, sealed} of resealed)
		tokens.put({...stored.get(id), iv, sealed});
	settings.put(record, 'key');
	await result(settings.put(0, 'failures'));
}
