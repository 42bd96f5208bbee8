// SPDX-License-Identifier: GPL-2.0-only

import { execFileSync } from 'node:child_process';

import { close, finish, look, open } from '../browser/browser.mjs';
import { operate, people, sql } from '../browser/stack.mjs';
import { is, like, unlike } from '../browser/tap.mjs';
import { button, content, field, ja, press, sendPassword, title } from '../console/pages.mjs';
import { codeOf, logsWith } from './phone.mjs';

const users = people();
const OFFER = 'ほかの認証アプリをお使いの場合';
const SHOW = 'QRコードを表示';
const START = '246813';
const MOMENT = Date.parse('2026-11-20T12:00:00+09:00');

/* On the PC, to the page that waits for the first code. */
async function issue(page, user) {
	await sendPassword(page, user);
	await field(page, ja.mail).fill(`${user.login}@docomo.ne.jp`);
	await page.locator('#start').fill(START);
	await page.locator('#start_again').fill(START);
	await press(page, button(page, ja.issue));
	return page.locator('#user-id').textContent();
}

async function show(page, start) {
	await page.locator('#start').fill(start);
	await press(page, button(page, SHOW));
}

function stateOf(login) {
	return sql(`SELECT t.state FROM token t JOIN user u ON u.live_token = t.id WHERE u.login_id = '${login}'`);
}

/* The page's own form, with another address and these fields, as a browser of ill will sends it. */
async function forge(page, action, values) {
	await page.evaluate(([to, more]) => {
		const form = document.querySelector('form[action="/setup/code"]');
		form.action = to;
		form.noValidate = true;
		form.querySelector('#code').remove();
		for (const [name, value] of Object.entries(more)) {
			const one = document.createElement('input');
			one.name = name;
			one.value = value;
			form.append(one);
		}
	}, [action, values]);
	await press(page, button(page, ja.confirm));
}

async function notAllowed() {
	const person = await open({ p12: users.general1.p12 });
	const { page } = person;

	await issue(page, users.general1);
	unlike(await content(page), new RegExp(OFFER), 'where the policy does not allow it nothing is offered');
	await forge(page, '/setup/standard', { start: START });
	unlike(await page.content(), /otpauth|<path/, 'and a request all the same shows no secret');
	await closeRefused(person);
}

/* The parts of an otpauth address. */
function parts(address) {
	const { protocol, host, pathname, searchParams } = new URL(address);

	return { protocol, host, label: decodeURIComponent(pathname.slice(1)),
		...Object.fromEntries(searchParams) };
}

/* Closes a browser that was refused, as its console says too. */
async function closeRefused(person) {
	is(person.errors.splice(0).filter(text => !/status of 403/.test(text)), [],
		'the browser notes nothing but the refusal');
	await close(person);
}

/* What a phone's camera reads on the page. */
async function scan(page) {
	const picture = await page.locator('svg.qr').screenshot();

	return execFileSync('zbarimg', ['--quiet', '--raw', '--nodbus', '-Sdisable', '-Sqrcode.enable', '-'],
		{ input: picture, encoding: 'utf8', stdio: 'pipe' }).trim();
}

async function offered(page, userId) {
	like(await content(page), new RegExp(OFFER), 'where the policy allows it a standard app is offered');
	like(await content(page), /60秒.*FreeOTP.*Aegis Authenticator/, 'with names of apps that keep to 60 seconds');
	like(await content(page), /Google Authenticator.*ご利用になれません/, 'and of those that do not');
	await look(page, 'standard-offer');
	await show(page, '12');
	like(await content(page), /4桁から8桁|4～8桁|4〜8桁/, 'a start password that cannot be is asked for again');
	await show(page, '135792');
	like(await content(page), /利用開始パスワードが正しくない/, 'a wrong one is refused');
	is([await page.locator('svg.qr').count(), await page.locator('#user-id').textContent()], [0, userId],
		'no token is shown, and the page stays');
	await look(page, 'standard-wrong');
}

async function shown(page, userId) {
	await show(page, START);
	const address = await page.getByRole('link', { name: /認証アプリで開く/ }).getAttribute('href');
	const { secret, ...rest } = parts(address);

	is(rest, { protocol: 'otpauth:', host: 'totp', label: `ビジネスバンキング:${userId}`,
		issuer: 'ビジネスバンキング', algorithm: 'SHA256', digits: '6', period: '60' },
	'the right one shows the token, with its 60 seconds');
	is(await scan(page), address, 'the QR code says the same');
	like(await content(page), new RegExp(secret), 'and the key can be typed');
	like(await content(page), /今回限り/, 'the user is told that it is shown once');
	is(await page.locator('svg.qr').getAttribute('aria-label'), 'トークンのQRコード', 'the picture has a name');
	await look(page, 'standard-token');
	return secret;
}

async function once(secret) {
	const { page } = await open({ p12: users.general2.p12 });

	await sendPassword(page, users.general2);
	is(await title(page), ja.firstCode, 'another login finds the token waiting for its first code');
	await forge(page, '/setup/standard', { start: START });
	unlike(await page.content(), new RegExp(`otpauth|${secret}`), 'which is not shown a second time');
}

async function used(page, secret) {
	await field(page, ja.code).fill('000000');
	await press(page, button(page, ja.confirm));
	like(await content(page), /ワンタイムパスワードが正しくありません/, 'a wrong code is refused');
	unlike(await page.content(), new RegExp(`otpauth|${secret}`), 'and shows the token no more');
	await field(page, ja.code).fill(codeOf(secret, MOMENT));
	await press(page, button(page, ja.confirm));
	is(await title(page), ja.top, 'the standard app\'s code completes the setup');
	is(await stateOf('general2'), 'active', 'the token is active');
}

/* Allowed no more while the page was open. */
async function takenBack() {
	const person = await open({ p12: users.general3.p12 });
	const { page } = person;

	await issue(page, users.general3);
	await operate(['policy', 'set', 'standard_apps', 'no']);
	await show(page, START);
	unlike(await page.content(), /otpauth|<path/, 'an offer that was taken back meanwhile gives no secret');
	await closeRefused(person);
}

await finish(async () => {
	await notAllowed();
	await operate(['policy', 'set', 'standard_apps', 'yes']);
	const person = await open({ p12: users.general2.p12 });
	const userId = await issue(person.page, users.general2);

	await offered(person.page, userId);
	const secret = await shown(person.page, userId);
	await once(secret);
	await used(person.page, secret);
	await takenBack();
	is(logsWith([secret, START]), [], 'no secret and no start password stands in any log');
});
