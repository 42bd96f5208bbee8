// SPDX-License-Identifier: GPL-2.0-only

import { close, finish, look } from '../browser/browser.mjs';
import { operate, tokenUrl } from '../browser/stack.mjs';
import { is, like, ok } from '../browser/tap.mjs';
import { addToken, arrive, code, complaint, forgive, go, phone, press, send, title } from './driver.mjs';
import { issue } from './phone.mjs';

const PIN = '903751';

/* The screen as it is, light and dark. */
async function see({ page }, name) {
	for (const colorScheme of ['light', 'dark']) {
		await page.emulateMedia({ colorScheme });
		await look(page, `app-${name}-${colorScheme}`, { at: [360, 320] });
	}
}

/* A screen of the app by its route. */
async function visit(person, route, name = route) {
	await go(person.page, route);
	await person.page.locator('h1:focus').waitFor();
	await see(person, name);
}

async function setupScreens(person) {
	const { page } = person;

	await see(person, 'setup');
	await press(page, '送信');
	await complaint(page);
	await see(person, 'setup-empty');
	await send(page, { service_id: 'SEIKYO', user_id: '0000000000', start_password: '0000' });
	await page.locator('.errors', { hasText: '有効期限' }).waitFor();
	await see(person, 'setup-refused');
	forgive(person);
	await send(page, issue('user1'));
	await arrive(page, '初期設定完了');
	await see(person, 'setup-done');
	await press(page, '次へ');
	await arrive(page, 'トークン表示名設定');
	await see(person, 'name');
	await page.fill('#words', '経理');
	await press(page, '登録');
	await code(page);
	await see(person, 'code');
}

/* Eight digits on the narrowest screen, and the longest name. */
async function large(person) {
	const { page } = person;

	await operate(['policy', 'set', 'token_digits', '8']);
	await addToken(person, 'user1', 'あいうえおかきくけこさしすせそたちつてと');
	await operate(['policy', 'set', 'token_digits', '6']);
	like(await code(page), /^\d{8}$/, 'a code of eight digits is shown');
	await see(person, 'code-eight');
	const { width, room } = await page.evaluate(() => ({
		width: document.querySelector('.digits').scrollWidth,
		room: document.querySelector('.digits').clientWidth }));
	ok(width <= room, 'it fits', { width, room });
}

async function settings(person) {
	for (const route of ['settings', 'tokens', 'add', 'remove', 'kept', 'lock'])
		await visit(person, route);
	await go(person.page, 'remove');
	await person.page.check('#understood');
	await press(person.page, '削除する');
	await see(person, 'remove-sure');
}

async function lock(person) {
	const { page } = person;

	await go(page, 'lock');
	await arrive(page, 'アプリロック');
	await page.fill('#pin', PIN);
	await page.fill('#again', PIN);
	await press(page, 'アプリロックを設定する');
	await page.getByText('アプリロックを設定しました。').waitFor();
	await see(person, 'lock-on');
	await visit(person, 'pin');
	await page.goto('about:blank');
	await page.goto(tokenUrl);
	await page.locator('#pin').waitFor();
	await see(person, 'unlock');
	for (let i = 0; i < 3; i++) {
		await page.fill('#pin', '000000');
		await press(page, 'ロックを解除');
		await page.waitForFunction(() => !document.querySelector('[aria-disabled="true"]') &&
			document.querySelector('main .errors, main .notice'));
	}
	await see(person, 'unlock-wait');
	await page.locator('summary').click();
	await press(page, 'すべてのトークンを削除する');
	await see(person, 'forgotten');
}

async function english() {
	const person = await phone({ lang: 'en' });
	const { page } = person;

	is([await title(page), await page.locator('html').getAttribute('lang')], ['Initial setup', 'en'],
		'a browser that does not speak Japanese gets English');
	await see(person, 'setup');
	await visit(person, 'settings');
	await press(page, '日本語');
	await arrive(page, '設定');
	is(await page.locator('html').getAttribute('lang'), 'ja', 'which can be changed');
	await page.reload();
	await arrive(page, '設定');
	ok(await page.getByRole('button', { name: 'English' }).isVisible(), 'and stays so',
		await page.locator('main').textContent());
	await press(page, 'English');
	await arrive(page, 'Settings');
	await go(page, 'setup');
	await send(page, issue('user1'), 'Send');
	await arrive(page, 'Initial setup complete');
	await press(page, 'Next');
	await arrive(page, 'Name of the token');
	await see(person, 'name');
	await press(page, 'Register');
	await code(page);
	await see(person, 'code');
	for (const route of ['settings', 'tokens', 'remove', 'kept', 'lock'])
		await visit(person, route);
	await close(person);
}

// --- the page that checks a phone

async function states(page) {
	await page.locator('.result').first().waitFor();
	return page.locator('.result').evaluateAll(all => Object.fromEntries(all.map(one =>
		one.querySelector('h2').textContent.split(': '))));
}

async function checks() {
	const person = await phone({ path: 'check.html' });
	const { page } = person;
	const good = await states(page);

	is(good, { '時計': '良好', '暗号機能': '良好', 'トークンの保存': '良好', '圏外での利用': '良好',
		'保存の継続': good['保存の継続'] }, 'a phone that will do is told so');
	like(await page.locator('.verdict').textContent(), /利用でき(ます。|ますが、)/, 'in one sentence');
	await see(person, 'check');
	await press(page, 'English');
	await see(person, 'check');
	await close(person);
}

/* A phone that lacks something; broken: a script that takes it away. */
async function lacks(name, broken, wanted) {
	const person = await phone({ path: 'check.html', init: broken });

	is((await states(person.page))[wanted], '利用不可', `a phone that will not do, ${name}: is told why`);
	like(await person.page.locator('.verdict').textContent(), /このままでは利用できません/, 'and that it will not do');
	await see(person, `check-${name}`);
	forgive(person);
	await close(person);
}

async function noStore() {
	const person = await phone({ init: 'IDBFactory.prototype.open = () => { throw new Error("off"); };' });

	is(await title(person.page), 'このブラウザでは利用できません', 'the app itself says when it cannot store');
	like(await person.page.locator('main').textContent(), /シークレットモード/, 'and what to do');
	await see(person, 'trouble');
	await close(person);
}

async function apple() {
	const person = await phone({ init: 'Object.defineProperty(navigator, "standalone", { value: false });' });

	like(await person.page.locator('.notice').textContent(), /先にホーム画面に追加/,
		'where browser and home screen store apart, the user is told to begin on the home screen');
	await see(person, 'setup-home');
	await close(person);
}

async function noScript() {
	const person = await phone({ more: { javaScriptEnabled: false }, still: true });

	like(await person.page.locator('main').textContent(), /JavaScriptを有効に/, 'without JavaScript the page says so');
	await close(person);
}

await finish(async () => {
	const person = await phone({ more: { permissions: ['clipboard-read', 'clipboard-write'] } });

	await setupScreens(person);
	await large(person);
	await settings(person);
	await lock(person);
	await close(person);
	await english();
	await checks();
	await lacks('store', 'IDBFactory.prototype.open = () => { throw new Error("off"); };', 'トークンの保存');
	await lacks('crypto', 'SubtleCrypto.prototype.deriveKey = () => Promise.reject(new Error("off"));', '暗号機能');
	await lacks('worker', 'ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error("off"));',
		'圏外での利用');
	await lacks('clock', 'const real = Date.now; Date.now = () => real() + 300000;', '時計');
	await noStore();
	await apple();
	await noScript();
});
