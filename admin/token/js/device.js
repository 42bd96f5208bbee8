/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether this phone will do: each thing that the app needs is tried, not looked up. */

import * as clock from './clock.js';
import {clockWarning} from './text.js';
import {codeAt} from './totp.js';
import {newOpenRecord, newPinRecord, open, seal, unlock} from './vault.js';

const SCRATCH = 'seikyo-token-check';
const SAMPLE = {id: 'check', algorithm: 'sha256', digits: 8, period: 60};

/* RFC 6238, appendix B: the first code of SHA-256. */
const SAMPLE_SECRET = '12345678901234567890123456789012';
const SAMPLE_STEP = 1;
const SAMPLE_CODE = '46119246';

/* Enough to see whether PBKDF2 is there. */
const FEW_ROUNDS = 1000;

async function isSampleRight(appKey) {
	const sealed = await seal(appKey, SAMPLE, new TextEncoder().encode(SAMPLE_SECRET));

	return await codeAt(await open(appKey, sealed), SAMPLE_STEP, SAMPLE.digits) === SAMPLE_CODE;
}

async function canCompute() {
	const locked = await newPinRecord('0', FEW_ROUNDS);

	return isSampleRight(await unlock(locked, '0'));
}

function result(request) {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

/* A key goes into a scratch database and does its work when it comes back. */
async function canStore() {
	const request = indexedDB.open(SCRATCH, 1);

	request.onupgradeneeded = () => request.result.createObjectStore('keys');
	const database = await result(request);
	try {
		const {appKey} = await newOpenRecord();
		await result(database.transaction('keys', 'readwrite').objectStore('keys').put(appKey, 1));
		return isSampleRight(await result(database.transaction('keys').objectStore('keys').get(1)));
	} finally {
		database.close();
		await result(indexedDB.deleteDatabase(SCRATCH));
	}
}

async function canWorkOffline() {
	const {installing, waiting, active} = await navigator.serviceWorker.register('sw.js');

	if (waiting || active)
		return true;
	/* It has fetched all that it keeps when it is installed, and not before. */
	return new Promise(resolve => installing.addEventListener('statechange',
		() => resolve(installing.state !== 'redundant')));
}

async function isKept() {
	return await navigator.storage.persisted() && navigator.standalone !== false;
}

async function holds(test) {
	try {
		return await test() === true;
	} catch {
		return false;
	}
}

/* state: 'yes', 'care' or 'no', which is also how its sentence ends in text/. */
async function plain(name, test, otherwise) {
	const state = await holds(test) ? 'yes' : otherwise;

	return {name, state, text: say => say(`${name}_${state === 'yes' ? 'yes' : 'no'}`)};
}

async function clockState() {
	const off = await clock.ask();
	const name = 'check_clock';

	if (off === null)
		return {name, state: 'care', text: say => say('check_clock_unknown')};
	if (clock.isOff(off))
		return {name, state: 'no', text: say => say('check_clock_no',
			{warning: clockWarning(say, off), todo: say('clock_do')})};
	return {name, state: 'yes', text: say => say('check_clock_yes')};
}

/* All that was tried: [{name, state, text: a function of the speaker}]. */
export function checkDevice() {
	return Promise.all([
		clockState(),
		plain('check_crypto', canCompute, 'no'),
		plain('check_store', canStore, 'no'),
		plain('check_offline', canWorkOffline, 'no'),
		plain('check_kept', isKept, 'care'),
	]);
}

/* What it comes to. */
export function verdict(results) {
	if (results.some(({state}) => state === 'no'))
		return 'check_bad';
	return results.every(({state}) => state === 'yes') ? 'check_good' : 'check_warn';
}
