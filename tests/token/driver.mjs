// SPDX-License-Identifier: GPL-2.0-only
//
// A phone with the app, as a person uses it: opens it, does the setup, reads the code.

import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

import { open } from '../browser/browser.mjs';
import { poll, root, tokenUrl } from '../browser/stack.mjs';
import { issue } from './phone.mjs';

/* A folder for what a phone keeps; gone when the test ends. */
export function newProfile() {
	const profile = mkdtempSync(`${tmpdir()}/seikyo-phone.`);

	process.on('exit', () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
	return profile;
}

/*
 * A phone that has the app open: {page, context, errors, said, secrets, start_passwords}. said: all that its
 * console said; secrets: those that it was given; start_passwords: those that were typed. time: of its clock (milliseconds), which then only moves when it is
 * told to; else it is the real one. init: a script that runs before the app's own; still: none
 * of the app's does.
 */
export async function phone({ profile, lang, time, init, more, still, path = '' } = {}) {
	const person = await open({ profile, lang, width: 360, more });

	person.said = [];
	person.secrets = [];
	person.start_passwords = [];
	person.context.on('console', message => person.said.push(message.text()));
	person.context.on('response', async answer => {
		const given = answer.url() === `${tokenUrl}install` && answer.ok() &&
			await answer.json().catch(() => null);

		if (given?.secret)
			person.secrets.push(given.secret);
	});
	if (init)
		await person.context.addInitScript(init);
	if (time !== undefined)
		await person.context.clock.install({ time });
	await person.page.goto(tokenUrl + path);
	if (!still)
		await person.page.locator('h1:focus, .result').first().waitFor();
	if (time !== undefined)
		await person.page.clock.pauseAt(time + 30000);
	return person;
}

/* The phone's complaints so far, which are then forgotten: for those that are wanted. */
export function forgive(person) {
	return person.errors.splice(0);
}

export function title(page) {
	return page.locator('h1').textContent();
}

export function press(page, name) {
	return page.getByRole('button', { name, exact: true }).click();
}

/* Waits for the screen of this title. */
export async function arrive(page, name) {
	await page.locator('h1', { hasText: new RegExp(`^${name}$`) }).waitFor();
}

export async function go(page, route) {
	await page.evaluate(to => {
		location.hash = `#/${to}`;
	}, route);
}

/* Fills in the form and sends it. */
export async function send(page, typed, button = '送信') {
	await page.fill('#service_id', typed.service_id);
	await page.fill('#user_id', typed.user_id);
	await page.fill('#start_password', typed.start_password);
	await press(page, button);
}

/* From the form to the code: done, next, the token's own words. */
export async function finishSetup(page, done, words = '') {
	await arrive(page, done);
	await press(page, '次へ');
	await arrive(page, 'トークン表示名設定');
	await page.fill('#words', words);
	await press(page, '登録');
	await page.locator('.code').waitFor();
}

/* A token is issued to this user and goes onto the phone, the first or a further one. */
export async function addToken(person, login, words = '') {
	const { page } = person;
	const isFirst = await title(page) === '初期設定';
	const typed = issue(login);

	person.start_passwords.push(typed.start_password);
	if (!isFirst) {
		await go(page, 'add');
		await arrive(page, 'トークン追加');
	}
	await send(page, typed);
	await finishSetup(page, isFirst ? '初期設定完了' : 'トークン追加完了', words);
	return typed;
}

/* The code that stands there; '' if none does. */
export function shown(page) {
	return page.locator('.digits').textContent();
}

/* The code, as soon as there is one. */
export function code(page) {
	return poll(10, async () => {
		const text = await shown(page);

		return /^\d+$/.test(text) && text;
	});
}

/* The sentences that the app complains with now. */
export async function complaint(page) {
	await page.locator('.errors li').first().waitFor();
	return (await page.locator('.errors li').allTextContents()).join('\n');
}

/* What the phone's database holds, its bytes as hex, its keys as their properties. */
export function stored(page) {
	return page.evaluate(async () => {
		const wait = request => new Promise((resolve, reject) => {
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error);
		});
		const plain = value => {
			if (value instanceof CryptoKey)
				return { key: value.algorithm.name, extractable: value.extractable, usages: value.usages };
			if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
				return { hex: Array.from(new Uint8Array(value.buffer ?? value),
					byte => byte.toString(16).padStart(2, '0')).join('') };
			if (Array.isArray(value))
				return value.map(plain);
			if (typeof value === 'object' && value !== null)
				return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
			return value;
		};
		const database = await wait(indexedDB.open('seikyo-token'));
		const settings = database.transaction('settings').objectStore('settings');
		const names = await wait(settings.getAllKeys());
		const values = await wait(settings.getAll());
		const tokens = await wait(database.transaction('tokens').objectStore('tokens').getAll());
		database.close();
		return { tokens: plain(tokens), settings: plain(Object.fromEntries(names.map((name, i) =>
			[name, values[i]]))) };
	});
}

/* All that lies in a folder, byte for byte. */
export function bytesUnder(folder) {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(one => one.isFile());

	return Buffer.concat(files.map(one => readFileSync(`${one.parentPath ?? one.path}/${one.name}`)));
}

/* A module of tests/token as text that a page can run: without its exports. */
export function asScript(name) {
	return readFileSync(`${root}tests/token/${name}`, 'utf8').replace(/^export /gm, '');
}
