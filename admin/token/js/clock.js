/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The phone's clock against the web server's. A code is made from the phone's clock alone; this only
 * tells the user when that clock is wrong. The server's time is the Date of any answer: every web
 * server sends it, so that nothing has to be built for it.
 */

/* Seconds that a phone's clock may be off without a word. */
export const LIMIT = 30;

/* An answer that took longer says too little. */
const ROUND_TRIP_MAX = 10000;

/* Some small file that every server of the app has. */
const ASKED = 'manifest.webmanifest';

/* The server's time in milliseconds, or NaN: Date, and for how long a cache on the way kept it. */
export function serverTime(headers) {
	const age = Number(headers.get('Age') || 0);

	/* Date is cut to the second: on average it was half a second later. */
	return Date.parse(headers.get('Date')) + age * 1000 + 500;
}

/*
 * By how many seconds the phone is ahead (negative: behind), rounded; null if that cannot be told.
 * sent and received: the phone's clock before and after the request, in milliseconds.
 */
export function difference(sent, received, server) {
	if (Number.isNaN(server) || received < sent || received - sent > ROUND_TRIP_MAX)
		return null;
	return Math.round(((sent + received) / 2 - server) / 1000);
}

export function isOff(seconds) {
	return seconds !== null && Math.abs(seconds) > LIMIT;
}

/* Asks the server; null without a network. */
export async function ask() {
	const sent = Date.now();

	try {
		const answer = await fetch(ASKED, {method: 'HEAD', cache: 'no-store', credentials: 'omit'});
		return difference(sent, Date.now(), serverTime(answer.headers));
	} catch {
		return null;
	}
}
