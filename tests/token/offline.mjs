// SPDX-License-Identifier: GPL-2.0-only

import { readFileSync, writeFileSync } from 'node:fs';

import { close, finish } from '../browser/browser.mjs';
import { directory, poll, root, sql, stack, tokenUrl } from '../browser/stack.mjs';
import { is, like, ok, unlike } from '../browser/tap.mjs';
import { arrive, code, complaint, finishSetup, forgive, go, newProfile, phone, press,
	send, title } from './driver.mjs';
import { codeOf, issue } from './phone.mjs';

const served = `${directory}/server/web/token/`;

/* Whether the page shows the right code of the first token. */
async function isRight(person) {
	const got = await code(person.page);
	const now = await person.page.evaluate(() => Date.now());

	return [now - 1000, now].map(moment => codeOf(person.secrets[0], moment)).includes(got);
}

/* What the browser says of a server that is not there, and nothing else. */
function onlyUnreachable(person) {
	return forgive(person).filter(text => !/ERR_(CONNECTION_REFUSED|INTERNET_DISCONNECTED|FAILED)/.test(text));
}

function controlled(page) {
	return page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

// --- the setup, with its mishaps

async function notSent(person) {
	const { page, context } = person;
	const typed = issue('user1');

	await context.setOffline(true);
	await send(page, typed);
	like(await complaint(page), /まだ何も送信されていません/, 'without a network the setup says that nothing was sent');
	await context.setOffline(false);
	await press(page, '送信');
	await arrive(page, '初期設定完了');
	is(await sql(`SELECT state FROM token WHERE app_user_id = '${typed.user_id}'`), 'installed',
		'with one the same values are good');
	await finishSetup(page, '初期設定完了');
}

/* The server gets the request, the phone no answer. */
async function lost(person) {
	const { page } = person;
	const typed = issue('user1');

	await go(page, 'add');
	await arrive(page, 'トークン追加');
	await page.route('**/token/install', async route => {
		await route.fetch();
		await route.abort();
	});
	await send(page, typed);
	like(await complaint(page), /応答を受け取れませんでした.*「トークン発行」からやり直し/,
		'where the answer is lost the user is sent back to the setup page');
	is(await sql(`SELECT state FROM token WHERE app_user_id = '${typed.user_id}'`), 'installed',
		'the token is used up then');
	await page.unroute('**/token/install');
	await press(page, '送信');
	like(await complaint(page), /正しくないか、有効期限が切れています/, 'the same values are of no use');
	const again = issue('user1');
	await send(page, again);
	await finishSetup(page, 'トークン追加完了');
	ok(true === await isRightFor(person, 1), 'those of a new issue are, at once');
	like(forgive(person).join('\n'), /403/, 'the browser itself notes the refusal');
}

async function isRightFor(person, number) {
	return isRight({ page: person.page, secrets: person.secrets.slice(number) });
}

async function odd(person) {
	const { page } = person;

	await go(page, 'add');
	await arrive(page, 'トークン追加');
	for (const [name, body] of [['an answer that is no token', '{"secret": "A"}'], ['no JSON', '<p>'], ['null',
		'null']]) {
		await page.route('**/token/install', route => route.fulfill({ status: 200, body }));
		await send(page, { service_id: 'SEIKYO', user_id: '1234567890', start_password: '1234' });
		like(await complaint(page), /「トークン発行」からやり直し/, `${name}: the user is sent back to the setup page`);
		await page.unroute('**/token/install');
	}
	await page.route('**/token/install', route => route.fulfill({ status: 500, body: 'oops <b>' }));
	await press(page, '送信');
	like(await complaint(page), /設定できませんでした/, 'an error without words is said in ours');
	await page.unroute('**/token/install');
	forgive(person);
}

/* The token comes, and cannot be stored. */
async function notKept(person) {
	const { page } = person;

	await page.evaluate(() => {
		IDBObjectStore.prototype.add = () => {
			throw new DOMException('full', 'QuotaExceededError');
		};
	});
	await send(page, issue('user1'));
	like(await complaint(page), /保存できませんでした.*「トークン発行」からやり直し/,
		'where the phone is full the user is sent back to the setup page');
	await page.goto(`${tokenUrl}#/tokens`);
	await page.reload();
	await page.locator('.row').first().waitFor();
	is(await page.locator('.row').count(), 2, 'and nothing half is kept');
}

// --- without a network

async function cut(person) {
	const { page, context } = person;

	await go(page, 'tokens');
	await page.locator('.row').first().click();
	await page.locator('.code').waitFor();
	await controlled(page);
	await context.setOffline(true);
	await page.reload();
	ok(await isRight(person), 'without a network the app shows the right code after a reload');
	await page.goto(`${tokenUrl}index.html?from=home`);
	ok(await isRight(person), 'whatever stands behind its address');
	await page.goto(`${tokenUrl}check.html`);
	const results = page.locator('.results');

	await results.getByText('時計を').waitFor();
	like(await results.textContent(), /時計を確認できませんでした/,
		'the page that checks the phone is there too, and says that it could not ask for the time');
	const other = await page.evaluate(() => fetch('/token/other').then(() => 'there', () => 'not there'));
	is(other, 'not there', 'while what is no file of the app is not');
	await context.setOffline(false);
	is(onlyUnreachable(person), [], 'the browser complains of nothing but the network');
}

async function serverGone(person, profile) {
	const { secrets } = person;

	await stack('stop', 'web');
	await person.page.goto(tokenUrl);
	ok(await isRight(person), 'with its server stopped the app shows the right code');
	onlyUnreachable(person);
	await close(person);
	const again = await phone({ profile });
	again.secrets = secrets;
	ok(await isRight(again), 'also after a restart of the browser');
	is(await title(again.page), 'ビジネスバンキング', 'with its name');
	await go(again.page, 'settings');
	await press(again.page, 'English');
	await arrive(again.page, 'Settings');
	await again.page.reload();
	await arrive(again.page, 'Settings');
	is(await again.page.locator('html').getAttribute('lang'), 'en', 'and in the other language');
	await press(again.page, '日本語');
	await arrive(again.page, '設定');
	const fresh = await phone({ profile: newProfile() }).then(() => 'there', error => error.message);
	like(fresh, /ERR_CONNECTION_REFUSED/, 'while a phone that never had the app gets nothing');
	is(onlyUnreachable(again), [], 'the browser complains of nothing but the server');
	return again;
}

async function cacheHolds(page) {
	const { files, cached, names } = await page.evaluate(async () => {
		const worker = await (await fetch('sw.js')).text();
		const names = await caches.keys();
		const requests = await (await caches.open(names[0])).keys();

		return { names, files: [...worker.matchAll(/^\t'(.*)',$/gm)].map(match => match[1]).sort(),
			cached: requests.map(one => one.url.replace(location.origin, '').replace('/token/', '') || './')
				.sort() };
	});

	is(names.length, 1, 'there is one cache');
	is(cached, files, 'it holds the app\'s own files and nothing else');
}

// --- a new version

function write(name, change) {
	writeFileSync(served + name, change(readFileSync(`${root}admin/token/${name}`, 'utf8')));
}

/* Another version on the server: the settings' title says which. */
function publish(version, files = text => text) {
	write('js/text/ja.js', text => text.replace("settings: '設定'", `settings: '設定${version}'`));
	write('sw.js', text => files(text.replace(/^const VERSION = '.*';$/m, `const VERSION = '${version}';`)));
}

/* The title of the settings after a reload: that does not close the app. */
async function settings(page) {
	await go(page, 'settings');
	await page.reload();
	await page.locator('h1:focus').waitFor();
	return title(page);
}

async function update(person) {
	const { page } = person;
	const first = await page.evaluate(async () => (await caches.keys())[0]);

	await stack('start', 'web');
	publish('broken', text => text.replace("'app.css',", "'app.css',\n\t'gone.css',"));
	is(await settings(page), '設定', 'a new version is not used at once');
	await poll(10, () => page.evaluate(async () =>
		(await navigator.serviceWorker.getRegistration()).installing === null));
	is([await settings(page), await page.evaluate(async () =>
		(await navigator.serviceWorker.getRegistration()).waiting)], ['設定', null],
	'one of which a file is missing is not used at all');
	forgive(person);

	publish('two');
	await settings(page);
	await page.getByRole('button', { name: '更新する' }).waitFor();
	is(await settings(page), '設定', 'a whole one waits for the user');
	is(await page.evaluate(async () => (await fetch('js/text/ja.js')).text()),
		readFileSync(`${root}admin/token/js/text/ja.js`, 'utf8'), 'with no file of its own among the old ones');
	await press(page, '更新する');
	await arrive(page, '設定two');
	const names = await poll(10, async () => {
		const all = await page.evaluate(() => caches.keys());
		return all.length === 1 && all;
	});
	is([names, first === 'seikyo-token-two'], [['seikyo-token-two'], false],
		'when the user says so it is used, and the old files are gone');
	await page.goto(tokenUrl);
	ok(await isRight(person), 'the tokens are still there');
	publish('three');
	await settings(page);
	await page.getByRole('button', { name: '更新する' }).waitFor();
	is(await settings(page), '設定two', 'the next one waits too');
	person.page = await person.context.newPage();
	await page.close();
	ok(await poll(30, async () => {
		/* The app loads itself anew when the new version takes over, also in the middle of this. */
		try {
			await person.page.goto('about:blank', { timeout: 5000 });
			await person.page.goto(`${tokenUrl}#/settings`, { timeout: 5000 });
			await person.page.locator('h1:focus').waitFor({ timeout: 5000 });
		} catch {
			return false;
		}
		return await title(person.page) === '設定three';
	}), 'closing the app and opening it again is as good', await title(person.page));
}

// --- the clock

/* What the app says of a clock that is off by so many seconds; '' if it says nothing. */
async function warningAt(person, off) {
	const { page } = person;
	const asked = page.waitForResponse(answer => answer.request().method() === 'HEAD');

	await page.clock.setSystemTime(Date.now() + off * 1000);
	await page.evaluate(() => dispatchEvent(new Event('online')));
	await asked;
	return poll(2, async () => await page.locator('#notices').textContent());
}

async function clock() {
	const wrong = await phone({ time: Date.now() });

	for (const [off, words] of [[45, /約4\d秒進んでいます/], [-45, /約4\d秒遅れています/], [-7200, /約2時間遅れています/]])
		like(await warningAt(wrong, off), words, `a clock that is off by ${off} s is said to be`);
	like(await wrong.page.locator('#notices').textContent(), /「日付と時刻」を自動設定に/, 'with what to do');
	await wrong.page.clock.setSystemTime(Date.now());
	await wrong.page.evaluate(() => dispatchEvent(new Event('online')));
	ok(await poll(10, async () => await wrong.page.locator('#notices').textContent() === ''),
		'the warning goes when the clock is right again', await wrong.page.locator('#notices').textContent());
	await close(wrong);
	const person = await phone();
	const asked = person.page.waitForResponse(answer => answer.request().method() === 'HEAD');
	await person.page.reload();
	const answer = await asked;
	is(answer.status(), 200, 'the app asks for the time');
	await person.page.evaluate(() => new Promise(requestAnimationFrame));
	unlike(await person.page.locator('body').textContent(), /時計/, 'and says nothing of a clock that is right');
	await close(person);
}

await finish(async () => {
	const profile = newProfile();
	let person = await phone({ profile });

	await notSent(person);
	await lost(person);
	await odd(person);
	await notKept(person);
	await cut(person);
	await cacheHolds(person.page);
	person = await serverGone(person, profile);
	await update(person);
	await clock();
});
