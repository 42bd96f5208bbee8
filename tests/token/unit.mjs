// SPDX-License-Identifier: GPL-2.0-only

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

import { is, isnt, like, ok, plan } from '../browser/tap.mjs';
import { computed, wanted } from './vectors.mjs';
import * as base32 from '../../admin/token/js/base32.js';
import * as clock from '../../admin/token/js/clock.js';
import * as delay from '../../admin/token/js/delay.js';
import { readToken } from '../../admin/token/js/install.js';
import * as names from '../../admin/token/js/names.js';
import * as text from '../../admin/token/js/text.js';
import en from '../../admin/token/js/text/en.js';
import ja from '../../admin/token/js/text/ja.js';
import * as totp from '../../admin/token/js/totp.js';
import * as typed from '../../admin/token/js/typed.js';
import * as vault from '../../admin/token/js/vault.js';

const app = new URL('../../admin/token/', import.meta.url).pathname;
const TOKEN = { id: 'a', algorithm: 'sha256', digits: 6, period: 60 };
const FEW_ROUNDS = 1000;

function bytesOf(text) {
	return new TextEncoder().encode(text);
}

function hex(bytes) {
	return Buffer.from(bytes).toString('hex');
}

/* What a promise comes to: its value, or the name of its error. */
async function outcome(promise) {
	try {
		return await promise;
	} catch (error) {
		return error.name;
	}
}

// --- codes

async function vectors() {
	const got = await computed(totp);

	is(got.sha1, wanted.sha1, 'the codes of SHA-1 are those of RFC 6238');
	is(got.sha256, wanted.sha256, 'the codes of SHA-256 are those of RFC 6238');
	is(got.sha512, wanted.sha512, 'the codes of SHA-512 are those of RFC 6238');
	is(got.hotp, wanted.hotp, 'the codes of six digits are those of RFC 4226');
}

async function like_oathtool() {
	const secret = bytesOf('Any secret of 32 bytes will do. ');
	const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false,
		['sign']);
	const start = 1795347659;
	const count = 50;
	const ours = [];

	for (let i = 0; i < count; i++)
		ours.push(await totp.codeAt(key, totp.stepAt(start * 1000, 60) + i, 6));
	const theirs = execFileSync('oathtool', ['--totp=sha256', '-d', '6', '-s', '60s', '-N', `@${start}`,
		'-w', String(count - 1), hex(secret)], { encoding: 'utf8' }).trim().split('\n');
	is(ours, theirs, `${count} codes in a row are those of oathtool`);
}

function steps() {
	is([0, 59999, 60000, 119999.5].map(moment => totp.stepAt(moment, 60)), [0, 0, 1, 1],
		'a step lasts 60 seconds, its first moment included, its last not');
	is([0, 999, 1000, 59000, 59999, 60000].map(moment => totp.secondsLeft(moment, 60)),
		[60, 60, 59, 1, 1, 60], 'the seconds left go from 60 to 1 and begin again');
	is([totp.grouped('123456'), totp.grouped('12345678')], ['123 456', '1234 5678'],
		'a code is shown in two halves');
}

function base32_texts() {
	const vectors = { '': '', MY: '66', MZXQ: '666f', MZXW6: '666f6f', MZXW6YQ: '666f6f62',
		MZXW6YTB: '666f6f6261', MZXW6YTBOI: '666f6f626172', 'MZXW6YTBOI======': '666f6f626172' };

	is(Object.keys(vectors).map(text => hex(base32.decode(text))), Object.values(vectors),
		'base32 is that of RFC 4648');
	is(['M', 'MZX', 'MZXW6Y', 'MZ', 'MZXW6YT1', 'mzxw6ytb', 'MZ XQ', 'あ'].map(base32.decode),
		Array(8).fill(null),
		'what is no base32, or has bits beyond the last byte, is no secret');
}

// --- what is typed

function typing() {
	is(typed.serviceId(' ＳＥＩＫＹＯ－１ '), 'SEIKYO-1', 'a full-width service ID counts as half-width');
	is(typed.serviceId('SEIKYOー1'), 'SEIKYO-1', 'a long-vowel sign counts as a hyphen');
	is(['', 'a_b', 'あ', 'x'.repeat(21)].map(typed.serviceId), Array(4).fill(null),
		'what cannot be a service ID is refused');
	is(typed.userId('１２３４ ５６７８９０'), '1234567890', 'a full-width user ID counts as half-width');
	is(['123456789', '12345678901', '123456789a', ''].map(typed.userId), Array(4).fill(null),
		'a user ID has ten digits, neither more nor less');
	is(['１２３４', '12345678'].map(typed.startPassword), ['1234', '12345678'],
		'a start password has 4 to 8 digits');
	is(['123', '123456789', '12a4', '٣٤٥٦'].map(typed.startPassword), Array(4).fill(null),
		'a start password of other length or with other signs is refused');
	is(['９０３７５１', '9037518264013579'].map(typed.pin), ['903751', '9037518264013579'],
		'a PIN has 6 to 16 digits');
	is(['90375', '90375182640135791', '000000', '123456', '987654', '90375a'].map(typed.pin),
		Array(6).fill(null), 'a PIN that is too short, too long or simple is refused');
	is(typed.typedPin('12345'), '12345', 'a PIN that is asked for may be tried whatever it is');
	is(typed.line('  経理\u0000\u202e   一課 ', 20), '経理 一課', 'what cannot be seen is no part of a name');
	is(typed.line('あ'.repeat(30), 20).length, 20, 'a name ends where its room ends');
}

// --- names

function token(words, number, service = '信組') {
	return { service, words, number };
}

function naming() {
	const three = [token('', 1), token('', 2), token('', 3)];

	is(three.map(names.nameOf), ['信組', '信組_2', '信組_3'],
		'without words the second and later ones are named _2, _3');
	is(names.nameOf(token('経理', 0)), '信組 経理', 'a name is the service\'s plus the user\'s words');
	is(names.place([], '信組', ''), { words: '', number: 1 }, 'the first one has no number');
	is(names.place(three, '信組', ''), { words: '', number: 4 }, 'the fourth one is _4');
	is(names.place([three[0], three[2]], '信組', ''), { words: '', number: 2 },
		'a number that is free is taken');
	is(names.place(three, '別の信組', ''), { words: '', number: 1 }, 'each service counts for itself');
	is(names.place(three, '信組', '経理'), { words: '経理', number: 0 }, 'words take the number\'s place');
	is(names.place([token('経理', 0)], '信組', '経理'), null, 'two tokens cannot have the same name');
	is(names.place([token('', 1, '信組_2')], '信組', ''), { words: '', number: 1 },
		'another service\'s name does not disturb');
	is(names.place([token('', 1), token('', 1, '信組_2')], '信組', ''), { words: '', number: 3 },
		'a number that would give another token\'s name is left out');
}

// --- clock

function headers(date, age) {
	return new Headers({ ...date === null ? {} : { Date: date }, ...age ? { Age: age } : {} });
}

function clocks() {
	const date = 'Sun, 22 Nov 2026 12:00:00 GMT';
	const server = Date.parse(date) + 500;
	const far = clock.difference(server + 34000, server + 36000, server);

	is(clock.serverTime(headers(date)), server, 'the server\'s time is its Date, half a second on');
	is(clock.serverTime(headers(date, '90')), server + 90000, 'the time in a cache is added');
	is(far, 35, 'the clock is compared with the middle of the request');
	is(clock.difference(server - 61000, server - 59000, server), -60, 'a clock that is behind is negative');
	is(clock.difference(server, server + 20000, server), null, 'a slow answer says nothing');
	is(clock.difference(server, server - 1, server), null, 'a clock that was set meanwhile says nothing');
	is(clock.difference(0, 1, clock.serverTime(headers(null))), null, 'without a Date nothing is said');
	is([30, -30, 0, null].map(clock.isOff), [false, false, false, false], 'up to 30 s are borne');
	is([31, -31, far].map(clock.isOff), [true, true, true], 'more than 30 s are not');
	is([35, -89, -150, 7200, -172800].map(off => text.clockWarning(text.speaker('en'), off)),
		['ahead: 35 seconds', 'behind: 89 seconds', 'behind: 3 min', 'ahead: 2 h', 'behind: 2 d']
			.map(one => one.split(': '))
			.map(([way, off]) => `This phone’s clock is about ${off} ${way}`),
		'how far a clock is off is said in the unit that people take');
}

// --- wrong PINs

function waits() {
	let time = 1000;
	const waiting = delay.startWaiting(() => time);

	is([0, 1, 2, 3, 4, 5, 6, 100].map(delay.waitAfter), [0, 0, 0, 30, 60, 300, 900, 900],
		'each wrong PIN from the third on costs more time');
	is(waiting.left(3), 30, 'the wait begins when the app starts');
	time += 29001;
	is(waiting.left(3), 1, 'the wait goes down with the time that passes');
	time += 1000;
	is(waiting.left(3), 0, 'the wait ends');
	is(waiting.left(4), 60, 'another wrong PIN begins a longer one');
	is(delay.startWaiting(() => time).left(4), 60, 'a restart begins the wait anew');
	is(waiting.left(0), 0, 'a right PIN ends it');
}

// --- keeping secrets

async function sealing() {
	const { appKey } = await vault.newOpenRecord();
	const bytes = bytesOf('12345678901234567890123456789012');
	const sealed = await vault.seal(appKey, { ...TOKEN, words: '' }, bytes);
	const opened = await vault.open(appKey, { ...sealed, words: 'renamed' });

	is(await totp.codeAt(opened, 1, 8), '46119246', 'a sealed secret gives its codes, whatever its name');
	is(hex(bytes), '00'.repeat(32), 'the bytes of a secret are wiped when it is sealed');
	is([opened.extractable, opened.usages, appKey.extractable, appKey.usages],
		[false, ['sign'], false, ['wrapKey', 'unwrapKey']], 'neither key is for more than its use');
	like(await outcome(crypto.subtle.exportKey('raw', opened)), /^InvalidAccess/,
		'the key of the codes cannot be exported');
	like(await outcome(crypto.subtle.exportKey('raw', appKey)), /^InvalidAccess/,
		'the app\'s key cannot be exported');
	for (const [name, value] of Object.entries({ id: 'b', algorithm: 'sha1', digits: 8, period: 30 }))
		is(await outcome(vault.open(appKey, { ...sealed, [name]: value })), 'OperationError',
			`a sealed secret does not open with another ${name}`);
	is(await outcome(vault.open((await vault.newOpenRecord()).appKey, sealed)), 'OperationError',
		'a sealed secret does not open under another key');
}

async function locking() {
	const { appKey } = await vault.newOpenRecord();
	const sealed = await vault.seal(appKey, TOKEN, bytesOf('12345678901234567890123456789012'));
	const record = await vault.newPinRecord('903751', FEW_ROUNDS);
	const key = await vault.unlock(record, '903751');
	const [moved] = await vault.resealAll(appKey, key, [sealed]);

	is(await totp.codeAt(await vault.open(key, moved), 1, 8), '46119246',
		'a token goes on under the PIN\'s key');
	is(key.extractable, false, 'the key from under the PIN cannot be exported');
	is(await outcome(vault.open(appKey, moved)), 'OperationError',
		'the key from before the lock does not open it any more');
	is(await vault.unlock(record, '903752'), null, 'a wrong PIN gives no key');
	is(await vault.unlock({ ...record, id: 'b' }, '903751'), null, 'a record that was changed gives no key');
	ok(!Object.values(record).some(value => value instanceof CryptoKey), 'a locked record holds no key',
		Object.keys(record));
	isnt(hex(record.salt), hex((await vault.newPinRecord('903751', FEW_ROUNDS)).salt),
		'the same PIN has another salt each time');
}

async function cost() {
	const ticks = times => () => times.shift();

	is(await vault.measureRounds(ticks([0, 50])), 1000000, 'the PIN\'s cost is half a second on this device');
	is(await vault.measureRounds(ticks([0, 5000])), vault.ROUNDS_MIN, 'a slow device does not lower it');
	is(await vault.measureRounds(ticks([7, 7])), vault.ROUNDS_MIN, 'a clock that stands still neither');
	is(await vault.measureRounds(ticks([0, 0.01])), 10000000, 'there is a most');
}

// --- the answer to an install

function answers() {
	const good = { secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA', algorithm: 'sha256',
		digits: 6, period: 60, service_name: ' 信組\n' };
	const bad = { secret: ['GEZDG', 'gezdgnbvgy3tqojqgezdgnbvgy3tqojq', 1, undefined],
		algorithm: ['md5', 'constructor', undefined], digits: [7, '6', undefined],
		period: [30, '60', undefined], service_name: ['', '\u200b', 5, undefined] };
	const { bytes, ...token } = readToken(good);

	is(hex(bytes), hex(bytesOf('12345678901234567890123456789012')), 'the secret comes in base32');
	is(token, { service: '信組', algorithm: 'sha256', digits: 6, period: 60 },
		'an answer is read as the token that it describes');
	for (const [name, values] of Object.entries(bad))
		is(values.map(value => readToken({ ...good, [name]: value })), values.map(() => null),
			`an answer whose ${name} cannot be is no token`);
}

// --- words and files

function sources(folder = `${app}js/`) {
	return readdirSync(folder, { recursive: true }).filter(name => name.endsWith('.js'));
}

function placeholders(sentence) {
	return (sentence.match(/\{\w+\}/g) || []).sort();
}

function words() {
	const all = sources().filter(name => !name.startsWith('text/'))
		.map(name => readFileSync(`${app}js/${name}`, 'utf8')).join('\n');
	/* device.js makes the ends of its names by itself. */
	const made = name => /^check_\w+_(yes|no)$/.test(name) && all.includes(`'${name.replace(/_(yes|no)$/, '')}'`);

	is(Object.keys(ja).filter(name => !(name in en)), [], 'all that is said in Japanese is said in English');
	is(Object.keys(en).filter(name => !(name in ja)), [], 'all that is said in English is said in Japanese');
	is(Object.keys(ja).filter(name => String(placeholders(ja[name])) !== String(placeholders(en[name]))), [],
		'both languages say the same values');
	is(Object.keys(ja).filter(name => !all.includes(`'${name}'`) && !made(name)), [],
		'nothing is translated that nobody says');
	is([...all.matchAll(/\bsay\('(\w+)'/g)].map(match => match[1]).filter(name => !(name in ja)), [],
		'nothing is said that is not translated');
	is([text.languageOf(undefined, 'ja-JP'), text.languageOf('', 'en-US'), text.languageOf('', 'fr'),
		text.languageOf('en', 'ja'), text.languageOf('constructor', 'ja')], ['ja', 'en', 'en', 'en', 'ja'],
	'the language is the one chosen, else the browser\'s, else English');
	is([text.duration(text.speaker('ja'), 59), text.duration(text.speaker('ja'), 899)],
		['59秒', '14分59秒'], 'a wait is said in minutes and seconds');
}

function files() {
	const worker = readFileSync(`${app}sw.js`, 'utf8');
	const listed = [...worker.matchAll(/^\t'(.*)',$/gm)].map(match => match[1]).sort();
	const there = readdirSync(app, { recursive: true, withFileTypes: true })
		.filter(entry => entry.isFile())
		.map(entry => `${entry.parentPath ?? entry.path}/${entry.name}`.replace(/\/+/g, '/').slice(app.length))
		.filter(name => name !== 'sw.js').map(name => name === 'index.html' ? './' : name).sort();
	const version = execFileSync(new URL('version', import.meta.url).pathname, { encoding: 'utf8' }).trim();

	is(listed, there, 'the service worker keeps every file of the app, and no other');
	is(/^const VERSION = '(.*)';$/m.exec(worker)[1], version,
		'the service worker\'s version is the files\' (tests/token/version --write)');
	for (const page of ['index.html', 'check.html'])
		ok(!/<script>|<style|\sstyle=|\son\w+=|https?:/.test(readFileSync(app + page, 'utf8')),
			`${page} has nothing inline and names no other site`);
	like(readFileSync(`${app}manifest.webmanifest`, 'utf8'), /"display": "standalone"/,
		'the app can be put on the home screen');
}

await vectors();
await like_oathtool();
steps();
base32_texts();
typing();
naming();
clocks();
waits();
await sealing();
await locking();
await cost();
answers();
words();
files();
process.exitCode = plan();
