// SPDX-License-Identifier: GPL-2.0-only
//
// RFC 6238 appendix B (with its errata: each secret is as long as the digest), and RFC 4226 appendix D;
// computed by the app's own module, in node and in the browser.

const LENGTHS = { sha1: 20, sha256: 32, sha512: 64 };

const TIMES = [59, 1111111109, 1111111111, 1234567890, 2000000000, 20000000000];
const CODES = {
	sha1: ['94287082', '07081804', '14050471', '89005924', '69279037', '65353130'],
	sha256: ['46119246', '68084774', '67062674', '91819424', '90698825', '77737706'],
	sha512: ['90693936', '25091201', '99943326', '93441116', '38618901', '47863826'],
};
const HOTP = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871',
	'520489'];

export const wanted = { ...CODES, hotp: HOTP };

/* totp: the module admin/token/js/totp.js. Gives what it makes of the vectors, in wanted's form. */
export async function computed(totp) {
	const key = algorithm => crypto.subtle.importKey('raw',
		new TextEncoder().encode('1234567890'.repeat(7).slice(0, LENGTHS[algorithm])),
		{ name: 'HMAC', hash: totp.ALGORITHMS[algorithm] }, false, ['sign']);
	const got = {};

	for (const algorithm of Object.keys(CODES)) {
		got[algorithm] = [];
		for (const time of TIMES)
			got[algorithm].push(await totp.codeAt(await key(algorithm),
				totp.stepAt(time * 1000, 30), 8));
	}
	got.hotp = [];
	for (let step = 0; step < HOTP.length; step++)
		got.hotp.push(await totp.codeAt(await key('sha1'), step, 6));
	return got;
}
