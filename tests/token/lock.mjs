// SPDX-License-Identifier: GPL-2.0-only

import { cpSync } from 'node:fs';

import { close, finish } from '../browser/browser.mjs';
import { tokenUrl } from '../browser/stack.mjs';
import { is, like, ok } from '../browser/tap.mjs';
import { addToken, arrive, bytesUnder, code, complaint, go, newProfile, phone, press, stored,
	title } from './driver.mjs';
import { codeOf } from './phone.mjs';

const PIN = '903751', WRONG = '903752', OTHER_PIN = '4937162058';
const START = Date.parse('2027-01-04T09:00:00+09:00');

/* Types a PIN and waits for what comes of it. */
async function tryPin(page, pin) {
	await page.fill('#pin', pin);
	await press(page, 'ロックを解除');
	await page.waitForFunction(() => !document.querySelector('[aria-disabled="true"]') &&
		(document.querySelector('.code, main .errors, main .notice')));
}

/* Seconds that the screen says one has to wait; 0 if it asks for the PIN. */
async function wait(page) {
	const text = await page.locator('main').textContent();
	const [, minutes, seconds] = /このまま(?:(\d+)分)?(\d+)秒お待ち/.exec(text) || [];

	return seconds === undefined ? 0 : Number(minutes || 0) * 60 + Number(seconds);
}

async function now(page) {
	return page.evaluate(() => Date.now());
}

async function weak(page) {
	await go(page, 'lock');
	await arrive(page, 'アプリロック');
	for (const pin of ['12345', '111111', '123456', '987654', 'abcdef']) {
		await page.fill('#pin', pin);
		await page.fill('#again', pin);
		await press(page, 'アプリロックを設定する');
		like(await complaint(page), /ロック番号は/, `${pin} is no PIN`);
	}
	await page.fill('#pin', PIN);
	await page.fill('#again', WRONG);
	await press(page, 'アプリロックを設定する');
	like(await complaint(page), /一致しません/, 'a PIN has to be typed the same way twice');
	is((await stored(page)).settings.key.kind, 'open', 'none of these turns the lock on');
}

async function turnOn(person) {
	const { page } = person;
	const before = await stored(page);

	await page.fill('#pin', '９０３７５１');
	await page.fill('#again', PIN);
	await press(page, 'アプリロックを設定する');
	await page.getByText('アプリロックを設定しました。').waitFor();
	const after = await stored(page);
	is([after.settings.key.kind, after.settings.key.rounds >= 600000], ['pin', true],
		'the lock is on, and a PIN costs at least 600,000 rounds');
	is(JSON.stringify(after).includes('"key":"'), false, 'no usable key is stored any more');
	is(after.tokens.filter((token, i) => token.sealed.hex === before.tokens[i].sealed.hex), [],
		'every secret is sealed anew');
	await go(page, '');
	is(await code(page), codeOf(person.secrets.at(-1), await now(page)), 'the code goes on');
}

async function asks(person) {
	const { page } = person;

	for (const route of ['', 'settings', 'tokens', 'name', 'remove', 'lock', 'pin', 'add']) {
		await page.goto('about:blank');
		await page.goto(`${tokenUrl}#/${route}`);
		await page.locator('#pin').waitFor();
		is([await title(page), await page.locator('.code, .row, #service_id').count()], ['アプリロック', 0],
			`the app opens with its lock: '${route}'`);
	}
	await tryPin(page, WRONG);
	like(await complaint(page), /ロック番号が正しくありません/, 'a wrong PIN is refused');
	is(await page.locator('.code').count(), 0, 'and shows nothing');
	await page.goto('about:blank');
	await page.goto(tokenUrl);
	await page.locator('#pin').waitFor();
	await tryPin(page, PIN);
	is(await code(page), codeOf(person.secrets.at(-1), await now(page)), 'the right one shows the code');
	is((await stored(page)).settings.failures, 0, 'and ends the count of wrong ones');
}

/* Locks, and gives wrong PINs until there is a wait. */
async function guess(page) {
	await go(page, 'settings');
	await press(page, '今すぐロックする');
	await page.locator('#pin').waitFor();
	for (let i = 0; i < 3; i++)
		await tryPin(page, WRONG);
}

async function slowsDown(person) {
	const { page } = person;

	await guess(page);
	is(await wait(page), 30, 'after three wrong PINs there is a wait of 30 seconds');
	is(await page.locator('#pin').count(), 0, 'during which no PIN can be typed');
	await page.clock.runFor(20000);
	is(await wait(page), 10, 'it goes down');
	await page.clock.setSystemTime(await now(page) + 86400000);
	await page.clock.runFor(1000);
	is(await wait(page), 9, 'a clock that is set makes it no shorter');
	await page.reload();
	await page.locator('main .notice').waitFor();
	is(await wait(page), 30, 'nor does a reload');
}

async function survives(profile) {
	const person = await phone({ profile, time: START });
	const { page } = person;

	ok(await wait(page) > 0 && await wait(page) <= 30 && await page.locator('#pin').count() === 0,
		'the wait survives a restart', await wait(page));
	await page.clock.runFor(31000);
	await page.locator('#pin').waitFor();
	await tryPin(page, WRONG);
	is(await wait(page), 60, 'another wrong PIN makes it longer');
	await page.clock.runFor(61000);
	await page.locator('#pin').waitFor();
	await tryPin(page, PIN);
	like(await code(page), /^\d{6}$/, 'after the wait the right PIN unlocks');
	is((await stored(page)).settings.failures, 0, 'and the next wrong one begins from the start');
	return person;
}

async function twoWindows(person) {
	const { page } = person;
	const other = await person.context.newPage();

	await guess(page);
	await page.clock.runFor(31000);
	await page.locator('#pin').waitFor();
	await other.goto(tokenUrl);
	await other.locator('main .notice').waitFor();
	await other.clock.runFor(31000);
	await other.locator('#pin').waitFor();
	await tryPin(other, WRONG);
	await page.fill('#pin', PIN);
	await press(page, 'ロックを解除');
	await page.locator('main .notice').waitFor();
	is([await wait(page), await page.locator('.code').count()], [60, 0],
		'a wrong PIN in one window makes all windows wait');
	await other.close();
	await page.clock.runFor(61000);
	await page.locator('#pin').waitFor();
	await tryPin(page, PIN);
	await code(page);
}

async function locksItself(page) {
	const hide = value => page.evaluate(to => {
		Object.defineProperty(document, 'hidden', { configurable: true, get: () => to });
		document.dispatchEvent(new Event('visibilitychange'));
	}, value);

	await hide(true);
	await page.clock.runFor(30000);
	await hide(false);
	like(await code(page), /^\d{6}$/, 'out of sight for half a minute the app stays open');
	await hide(true);
	await page.clock.runFor(61000);
	is(await title(page), 'アプリロック', 'after a minute it locks itself');
	await hide(false);
	await tryPin(page, PIN);
	await hide(true);
	await page.clock.setSystemTime(await now(page) + 120000);
	await hide(false);
	await page.locator('#pin').waitFor();
	is(await title(page), 'アプリロック', 'also where timers stood still');
	await tryPin(page, PIN);
}

async function change(person) {
	const { page } = person;

	await go(page, 'pin');
	await arrive(page, 'ロック番号を変更する');
	for (const [now_, name] of [[WRONG, 'a wrong one'], [PIN, 'the present one']]) {
		await page.fill('#now', now_);
		await page.fill('#pin', OTHER_PIN);
		await page.fill('#again', OTHER_PIN);
		await press(page, 'ロック番号を変更する');
		if (now_ === WRONG)
			like(await complaint(page), /正しくありません/, `the PIN is not changed with ${name}`);
	}
	await page.getByText('アプリロックを設定しました。').waitFor();
	await go(page, '');
	await page.reload();
	await page.locator('#pin').waitFor();
	await tryPin(page, PIN);
	like(await complaint(page), /正しくありません/, 'the PIN from before is wrong then');
	await tryPin(page, OTHER_PIN);
	is(await code(page), codeOf(person.secrets.at(-1), await now(page)), 'the new one is right');
}

async function addLocked(person) {
	await addToken(person, 'user1');
	is(await code(person.page), codeOf(person.secrets.at(-1), await now(person.page)),
		'a token that comes while the lock is on shows its code');
	is(JSON.stringify(await stored(person.page)).includes('"key":"'), false, 'and brings no usable key');
}

async function copied(person, profile) {
	const copy = newProfile();

	await close(person);
	cpSync(profile, copy, { recursive: true });
	const thief = await phone({ profile: copy, time: START });
	is([await title(thief.page), await thief.page.locator('.code').count()], ['アプリロック', 0],
		'a copy of the phone\'s files shows no code');
	const found = await stored(thief.page);
	is([JSON.stringify(found).includes('"key":"'), found.settings.key.kind], [false, 'pin'],
		'and holds no key but the one under the PIN');
	ok(!bytesUnder(copy).includes(OTHER_PIN), 'nor the PIN', 'the PIN stands in a file');
	await tryPin(thief.page, OTHER_PIN);
	like(await code(thief.page), /^\d{6}$/, 'with the PIN it does: it was the whole copy');
	await close(thief);
}

async function turnOff(person) {
	const { page } = person;

	await tryPin(page, OTHER_PIN);
	await go(page, 'lock');
	await page.fill('#pin', WRONG);
	await press(page, 'アプリロックを解除する');
	like(await complaint(page), /正しくありません/, 'the lock is not turned off with a wrong PIN');
	await page.fill('#pin', OTHER_PIN);
	await press(page, 'アプリロックを解除する');
	await page.getByText('アプリロックを解除しました。').waitFor();
	const { key } = (await stored(page)).settings;
	is([key.kind, key.appKey.extractable], ['open', false], 'with the right one it is, by a key that stays in');
	await page.goto('about:blank');
	await page.goto(`${tokenUrl}#/`);
	is(await code(page), codeOf(person.secrets.at(-1) ?? '', await now(page)), 'then the code is there at once');
}

async function forget(person) {
	const { page } = person;

	await go(page, 'lock');
	await page.fill('#pin', PIN);
	await page.fill('#again', PIN);
	await press(page, 'アプリロックを設定する');
	await page.getByText('アプリロックを設定しました。').waitFor();
	await page.reload();
	await page.locator('summary').click();
	await press(page, 'すべてのトークンを削除する');
	like(await page.locator('[role=alertdialog]').textContent(), /「トークンの失効」のお手続きが必要/,
		'who forgot the PIN reads that a revocation is needed');
	await press(page, '削除しない');
	is((await stored(page)).tokens.length, 2, 'and is asked twice');
	await page.locator('summary').click();
	await press(page, 'すべてのトークンを削除する');
	await press(page, 'すべてのトークンを削除する');
	await arrive(page, '初期設定');
	const { tokens, settings } = await stored(page);
	is([tokens.length, settings.key.kind, settings.failures], [0, 'open', undefined],
		'then nothing is left, and the setup begins anew');
}

await finish(async () => {
	const profile = newProfile();
	let person = await phone({ profile, time: START });
	const { secrets } = person;

	await addToken(person, 'user1');
	await weak(person.page);
	await turnOn(person);
	await asks(person);
	await slowsDown(person);
	await close(person);
	person = await survives(profile);
	person.secrets = secrets;
	await twoWindows(person);
	await locksItself(person.page);
	await change(person);
	await addLocked(person);
	await copied(person, profile);
	person = await phone({ profile, time: START });
	person.secrets = secrets;
	await turnOff(person);
	await forget(person);
});
