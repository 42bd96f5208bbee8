/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tokens are called: the service's name plus the user's own words; without words the second
 * and later ones of a service are _2, _3 ... A number stays with its token when others go.
 */

/* token: {service, words: '' or the user's, number: from 1 on, or 0 where there are words}. */
export function nameOf(token) {
	if (token.words !== '')
		return `${token.service} ${token.words}`;
	return token.number > 1 ? `${token.service}_${token.number}` : token.service;
}

function taken(tokens, name) {
	return tokens.some(token => nameOf(token) === name);
}

/*
 * Words and number for a token of this service that shall have these words, beside the others:
 * {words, number}; null if another one has that name.
 */
export function place(others, service, words) {
	if (words !== '')
		return taken(others, nameOf({service, words, number: 0})) ? null : {words, number: 0};
	for (let number = 1; ; number++) {
		if (!taken(others, nameOf({service, words, number})))
			return {words, number};
	}
}
