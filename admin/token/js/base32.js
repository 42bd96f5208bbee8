/* SPDX-License-Identifier: GPL-2.0-only */
/* Base32 of RFC 4648 section 6, in which the token's secret arrives. */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/* The lengths, modulo eight, that whole bytes can have. */
const TAIL_BITS = {0: 0, 2: 2, 4: 4, 5: 1, 7: 3};

/* The bytes (a Uint8Array, the caller's to wipe), or null if the text is not base32. */
export function decode(text) {
	const digits = text.replace(/=+$/, '');
	const tail = TAIL_BITS[digits.length % 8];

	if (tail === undefined)
		return null;
	const bytes = new Uint8Array((digits.length * 5 - tail) / 8);
	let held = 0, bits = 0, at = 0;
	for (const digit of digits) {
		const value = LETTERS.indexOf(digit);
		if (value < 0)
			return null;
		held = (held << 5 | value) & 0xfff;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			bytes[at++] = held >> bits & 0xff;
		}
	}
	return (held & (1 << bits) - 1) === 0 ? bytes : null;
}
