/* SPDX-License-Identifier: GPL-2.0-only */
/* What people type: full-width characters count as half-width, blanks around do not count. */

export const PIN_MIN = 6;
export const PIN_MAX = 16;
export const WORDS_MAX = 20;

/* The dashes and long-vowel signs that Japanese keyboards give for a hyphen. */
const DASHES = /[\u2010-\u2015\u2212\u30fc\uff70]/g;

/* Nothing that cannot be seen belongs into a name. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

function halfWidth(text) {
	return text.replace(DASHES, '-').normalize('NFKC').replace(/\s/g, '');
}

/* 1 to 20 letters, digits or hyphens; null if it is something else. */
export function serviceId(text) {
	const id = halfWidth(text);

	return /^[A-Za-z0-9-]{1,20}$/.test(id) ? id : null;
}

/* 10 digits, or null. */
export function userId(text) {
	const id = halfWidth(text);

	return /^[0-9]{10}$/.test(id) ? id : null;
}

/* 4 to 8 digits, or null. */
export function startPassword(text) {
	const password = halfWidth(text);

	return /^[0-9]{4,8}$/.test(password) ? password : null;
}

/* Digits, PIN_MIN to PIN_MAX of them, that are not all the same nor all in a row; else null. */
export function pin(text) {
	const digits = typedPin(text);

	return digits !== null && digits.length >= PIN_MIN && !isSimple(digits) ? digits : null;
}

/* A PIN as it is asked for: only digits, whatever their number. */
export function typedPin(text) {
	const digits = halfWidth(text);

	return /^[0-9]+$/.test(digits) && digits.length <= PIN_MAX ? digits : null;
}

function isSimple(digits) {
	const gap = digits.charCodeAt(1) - digits.charCodeAt(0);

	if (Math.abs(gap) > 1)
		return false;
	for (let i = 1; i < digits.length; i++) {
		if (digits.charCodeAt(i) - digits.charCodeAt(i - 1) !== gap)
			return false;
	}
	return true;
}

/* One line of visible text, at most max characters; '' if nothing is left. */
export function line(text, max) {
	const clean = text.normalize('NFC').replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim();

	return Array.from(clean).slice(0, max).join('').trim();
}
