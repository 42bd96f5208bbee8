/* SPDX-License-Identifier: GPL-2.0-only */
/* One-time passwords: RFC 6238 over RFC 4226, computed by the browser's own HMAC. */

/* The names that the server uses, and WebCrypto's. */
export const ALGORITHMS = {sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512'};

/* The step that a moment (milliseconds since 1970) belongs to; period in seconds. */
export function stepAt(moment, period) {
	return Math.floor(moment / 1000 / period);
}

/* Whole seconds until the next step, from period down to 1. */
export function secondsLeft(moment, period) {
	return period - Math.floor(moment / 1000) % period;
}

function counter(step) {
	const view = new DataView(new ArrayBuffer(8));

	view.setUint32(0, Math.floor(step / 0x100000000));
	view.setUint32(4, step % 0x100000000);
	return view;
}

/* The code of a step, as text of that many digits; key: an HMAC CryptoKey that may sign. */
export async function codeAt(key, step, digits) {
	const mac = new DataView(await crypto.subtle.sign('HMAC', key, counter(step)));
	const offset = mac.getUint8(mac.byteLength - 1) & 0x0f;
	const number = mac.getUint32(offset) & 0x7fffffff;

	return String(number % 10 ** digits).padStart(digits, '0');
}

/* "123 456": in two halves, as people read it. */
export function grouped(code) {
	const half = Math.ceil(code.length / 2);

	return `${code.slice(0, half)} ${code.slice(half)}`;
}
