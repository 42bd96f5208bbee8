// SPDX-License-Identifier: GPL-2.0-only

import { close, finish } from '../browser/browser.mjs';
import { poll, sql, tokenUrl } from '../browser/stack.mjs';
import { is, like, ok } from '../browser/tap.mjs';
import { addToken, arrive, asScript, bytesUnder, code, complaint, finishSetup, forgive, go, newProfile, phone,
	press, send, shown, stored, title } from './driver.mjs';
import { codeOf, issue, logsWith, long } from './phone.mjs';
import { wanted } from './vectors.mjs';

const START = Date.parse('2027-01-04T09:00:00+09:00');
const names = page => page.locator('.row-name').allTextContents();

/*
 * Notes every code that stands on the page, with the moment by the page's clock; and how often the app asks the
 * browser to keep what it stores.
 */
const OBSERVE = () => {
	const persist = StorageManager.prototype.persist;

	window.seen = [];
	window.asked = 0;
	StorageManager.prototype.persist = function() {
		window.asked++;
		return persist.call(this);
	};
	new MutationObserver(() => {
		const text = document.querySelector('.digits')?.textContent || '';

		if (text !== '')
			window.seen.push([Date.now(), text]);
	}).observe(document, { childList: true, subtree: true, characterData: true });
};

function fullWidth(text) {
	return text.replace(/[!-~]/g, one => String.fromCharCode(one.charCodeAt(0) + 0xfee0));
}

// --- the setup

async function wrongInput(page) {
	await page.fill('#user_id', '123');
	await press(page, '送信');
	like(await complaint(page), /サービスID.*\nユーザID.*10桁.*\n利用開始パスワード/,
		'what cannot be is said for each field');
	is(await page.evaluate(() => [document.activeElement.getAttribute('role'),
		document.querySelector('#user_id').getAttribute('aria-invalid')]), ['alert', 'true'],
	'the complaint has the focus, and the field is marked');
	await page.locator('.errors a').nth(1).click();
	is(await page.evaluate(() => [document.activeElement.id, location.hash]), ['user_id', ''],
		'its link leads to the field');
}

async function refused(page) {
	await send(page, { service_id: 'SEIKYO', user_id: '0000000000', start_password: '0000' });
	is(await complaint(page),
		'サービスID、ユーザIDまたは利用開始パスワードが正しくないか、有効期限が切れています。',
		'a refusal is said in the server\'s words');
	is(await title(page), '初期設定', 'and the form stays');
}

async function setup(person) {
	const { page } = person;
	const typed = issue('user1');

	person.start_passwords.push(typed.start_password);
	is(await title(page), '初期設定', 'a phone without a token begins with the setup');
	await wrongInput(page);
	await refused(page);
	like(forgive(person).join(), /403/, 'the browser itself notes the refusal');
	await page.focus('#service_id');
	for (const value of [typed.service_id, typed.user_id, typed.start_password]) {
		await page.keyboard.press('Control+A');
		await page.keyboard.insertText(fullWidth(value));
		await page.keyboard.press('Tab');
	}
	await page.focus('#start_password');
	await page.keyboard.press('Enter');
	await finishSetup(page, '初期設定完了');
	is(await sql(`SELECT state FROM token WHERE app_user_id = '${typed.user_id}'`), 'installed',
		'full-width digits, by keyboard alone, give the token');
	is(await title(page), 'ビジネスバンキング', 'without words the token has the service\'s name');
	is(await page.evaluate(() => window.asked), 1, 'the browser was asked to keep it for good');
}

// --- the codes

/* Moments from START on: each edge of a step from both sides, and many in between. */
function moments() {
	const edge = Math.ceil(START / 60000) * 60000 + 120000;
	const list = [];

	for (let i = 0; i < (long ? 500 : 15); i++)
		list.push(edge + i * 60000 - 1, edge + i * 60000, edge + i * 60000 + 1000 * (1 + i * 4 % 58));
	for (const days of [1, 30, 365, 3650, 36500])
		list.push(edge + days * 86400000 + 12345);
	return list;
}

async function codes(person) {
	const { page } = person;
	const [secret] = person.secrets;
	const wrong = [];

	for (const moment of moments()) {
		await page.clock.pauseAt(moment);
		const want = codeOf(secret, moment);
		const got = await poll(5, async () => await shown(page) === want) ? want : await shown(page);
		const left = await page.locator('.left-number').textContent();
		if (got !== want || left !== String(60 - Math.floor(moment / 1000) % 60))
			wrong.push({ moment, got, want, left });
	}
	is(wrong, [], `at ${moments().length} moments, step edges too, code and seconds are right`);
	const seen = await page.evaluate(() => window.seen);
	is(seen.filter(([moment, text]) => text !== codeOf(secret, moment)), [],
		`none of the ${seen.length} codes was ever shown before or after its time`);
	ok(seen.length > 45, 'they were looked at', seen.length);
}

async function copying(page) {
	await page.locator('.code').click();
	await page.locator('.said', { hasText: 'コピーしました。' }).waitFor();
	is(await page.evaluate(() => navigator.clipboard.readText()), await shown(page),
		'a tap copies the code without its gap');
	is(await page.getByRole('button', { name: /^(\d ){6}をコピー$/ }).count(), 1,
		'a screen reader is told single digits');
	like(await page.getByRole('timer').getAttribute('aria-label'), /^残り\d+秒$/, 'and the seconds left');
}

async function hidden(page) {
	const set = value => page.evaluate(to => {
		Object.defineProperty(document, 'hidden', { configurable: true, get: () => to });
		document.dispatchEvent(new Event('visibilitychange'));
	}, value);

	await set(true);
	is(await shown(page), '', 'out of sight no code stands there');
	await set(false);
	like(await code(page), /^\d{6}$/, 'it is back when the app is');
}

async function vectors(page) {
	const got = await page.evaluate(`(async () => { ${asScript('vectors.mjs')}
		return computed(await import('${tokenUrl}js/totp.js')); })()`);

	for (const name of Object.keys(wanted))
		is(got[name], wanted[name], `the browser computes the RFC's vectors of ${name}`);
}

// --- what is kept

async function keys(page) {
	const { settings, tokens } = await stored(page);
	const outcome = await page.evaluate(async () => {
		const { open } = await import('/token/js/vault.js');
		const wait = request => new Promise(resolve => {
			request.onsuccess = () => resolve(request.result);
		});
		const database = await wait(indexedDB.open('seikyo-token'));
		const { appKey } = await wait(database.transaction('settings').objectStore('settings').get('key'));
		const [token] = await wait(database.transaction('tokens').objectStore('tokens').getAll());
		const hmac = await open(appKey, token);
		const tried = key => crypto.subtle.exportKey('raw', key).then(() => 'exported', error => error.name);
		const wrapped = key => crypto.subtle.wrapKey('raw', key, appKey, { name: 'AES-GCM',
			iv: new Uint8Array(12) }).then(() => 'wrapped', error => error.name);

		database.close();
		return [await tried(appKey), await tried(hmac), await wrapped(appKey), await wrapped(hmac)];
	});

	is(outcome, Array(4).fill('InvalidAccessError'), 'neither the app\'s key nor a token\'s can be exported');
	is(settings.key.appKey, { key: 'AES-GCM', extractable: false, usages: ['wrapKey', 'unwrapKey'] },
		'the app\'s key is for wrapping and nothing else');
	is(Object.keys(tokens[0]).sort(), ['algorithm', 'digits', 'id', 'iv', 'number', 'order', 'period',
		'sealed', 'service', 'serviceId', 'userId', 'words'], 'a token is stored sealed');
}

async function leaks(person, profile) {
	const { page, said, secrets, start_passwords } = person;
	const hex = base32 => Buffer.from(base32.split('').map(one =>
		'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(one).toString(2).padStart(5, '0')).join('')
		.match(/.{8}/g).map(bits => parseInt(bits, 2))).toString('hex');
	const private_ = [...secrets, ...secrets.map(hex), ...start_passwords];
	const places = {
		storage: await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage },
			document.cookie])),
		database: JSON.stringify(await stored(page)),
		cache: await page.evaluate(async () => {
			const texts = [];
			for (const name of await caches.keys())
				for (const answer of await (await caches.open(name)).matchAll())
					texts.push(answer.url, await answer.text());
			return texts.join('\n');
		}),
		addresses: await page.evaluate(() => [location.href,
			...performance.getEntriesByType('resource').map(one => one.name)].join('\n')),
		console: said.join('\n'),
	};

	is(places.storage, '[{},{},""]', 'nothing is kept but in the database');
	for (const [name, text] of Object.entries(places))
		is(private_.filter(one => text.includes(one)).length, 0, `no secret and no start password: ${name}`);
	like(places.database, /"userId":"\d{10}"/, 'while the database is the one that was looked for');
	is(logsWith(private_), [], 'no secret and no start password: the servers\' logs');
	await close(person);
	const bytes = bytesUnder(profile);
	is(private_.filter(one => bytes.includes(one) || bytes.includes(Buffer.from(one, 'hex')) &&
		one.length === 64).length, 0, 'no secret and no start password: all files of the browser');
	ok(bytes.includes('seikyo-token'), 'while its database lies there', bytes.length);
}

// --- several tokens

async function naming(person) {
	const { page } = person;

	await addToken(person, 'user1');
	is(await title(page), 'ビジネスバンキング_2', 'the second token without words is _2');
	await addToken(person, 'user1', ' 経理　一課 ');
	is(await title(page), 'ビジネスバンキング 経理 一課', 'words of the user\'s own follow the service\'s name');
	await addToken(person, 'user1');
	is(await title(page), 'ビジネスバンキング_3', 'the next one without words is _3');
	await go(page, 'name');
	await arrive(page, 'トークン表示名設定');
	await page.fill('#words', '経理 一課');
	await press(page, '登録');
	like(await complaint(page), /同じ表示名/, 'a name that is taken is refused');
	await page.fill('#words', '総務');
	await press(page, '登録');
	await arrive(page, 'ビジネスバンキング 総務');
	is((await stored(page)).tokens.sort((one, other) => one.order - other.order).map(token => token.words),
		['', '', '経理 一課', '総務'],
		'another one is not');
}

async function choosing(person) {
	const { page } = person;
	const last = await code(page);

	await go(page, 'tokens');
	await arrive(page, 'トークン選択');
	is(await names(page), ['ビジネスバンキング', 'ビジネスバンキング_2', 'ビジネスバンキング 経理 一課',
		'ビジネスバンキング 総務'], 'all tokens stand in the list');
	await page.locator('.row').first().click();
	await arrive(page, 'ビジネスバンキング');
	const first = await code(page);
	is([first === last, first], [false, codeOf(person.secrets[0], await page.evaluate(() => Date.now()))],
		'the token that is chosen shows its own code');
	await page.reload();
	await code(page);
	is(await title(page), 'ビジネスバンキング', 'and is the one shown after a restart');
}

async function full(person) {
	const { page } = person;

	while ((await stored(page)).tokens.length < 9)
		await addToken(person, 'user1');
	const late = await person.context.newPage();
	await late.goto(`${tokenUrl}#/add`);
	await arrive(late, 'トークン追加');
	await page.bringToFront();
	await addToken(person, 'user1');
	is((await stored(page)).tokens.length, 10, 'the tenth token is taken');
	await arrive(late, 'トークン追加');
	like(await late.locator('main').textContent(), /10個まで/, 'another window learns that there is no room');
	await late.close();
	await go(page, 'add');
	await arrive(page, 'トークン追加');
	is(await page.locator('form').count(), 0, 'an eleventh one cannot be asked for');
	is(new Set(await page.evaluate(async () => {
		const { nameOf } = await import('/token/js/names.js');
		const request = indexedDB.open('seikyo-token');
		await new Promise(resolve => { request.onsuccess = resolve; });
		const all = request.result.transaction('tokens').objectStore('tokens').getAll();
		await new Promise(resolve => { all.onsuccess = resolve; });
		request.result.close();
		return all.result.map(nameOf);
	})).size, 10, 'ten tokens have ten names');
}

async function removing(person) {
	const { page } = person;

	await go(page, 'tokens');
	await page.locator('.row', { hasText: '_2' }).click();
	await arrive(page, 'ビジネスバンキング_2');
	await go(page, 'remove');
	await arrive(page, 'トークン削除');
	like(await page.locator('main').textContent(), /「トークンの失効」のお手続きが必要/,
		'before a token is removed the user reads that a revocation is needed');
	await press(page, '削除する');
	like(await complaint(page), /チェック/, 'and has to say that this is understood');
	await page.check('#understood');
	await press(page, '削除する');
	await press(page, '削除しない');
	is((await stored(page)).tokens.length, 10, 'the second question can be answered with no');
	await go(page, 'remove');
	await page.check('#understood');
	await press(page, '削除する');
	await press(page, '削除する');
	await page.locator('.code').waitFor();
	is((await stored(page)).tokens.map(token => token.number).includes(2), false, 'or with yes');
	await addToken(person, 'user1');
	is(await title(page), 'ビジネスバンキング_2', 'then there is room, and the name, for another one');
}

await finish(async () => {
	const profile = newProfile();
	const person = await phone({ profile, time: START, init: OBSERVE,
		more: { permissions: ['clipboard-read', 'clipboard-write'] } });

	await setup(person);
	await codes(person);
	await copying(person.page);
	await hidden(person.page);
	await vectors(person.page);
	await keys(person.page);
	await naming(person);
	await choosing(person);
	await full(person);
	await removing(person);
	await leaks(person, profile);
});
