// SPDX-License-Identifier: GPL-2.0-only
//
// See browser-login.t.

import { execFileSync } from 'node:child_process';

import { close, finish, look, open } from '../browser/browser.mjs';
import { codeOf, install } from '../browser/phone.mjs';
import { clock, consoleUrl, directory, mails, operate, people, poll, stack, tokenUrl }
	from '../browser/stack.mjs';
import { is, isnt, like, ok, unlike } from '../browser/tap.mjs';
import { button, content, field, ja, press, sendCode, sendPassword, sendUnchecked, title } from './pages.mjs';

const users = people();
const MAIL = 'general1@docomo.ne.jp';
const START = '246813';
const WRONG = '000000';

/* Presses the keys of the on-screen keyboard that make this text. */
async function type(page, text) {
	const keys = page.locator('.keyboard');

	for (const character of text)
		await keys.getByRole('button', { name: character, exact: true }).click();
}

async function keyOrder(page) {
	await button(page, ja.keyboard).click();
	const order = await page.locator('.keyboard').innerText();

	await button(page, '閉じる').click();
	return order;
}

async function fillSetup(page, mail, start, again = start) {
	await field(page, ja.mail).fill(mail);
	await page.locator('#start').fill(start);
	await page.locator('#start_again').fill(again);
	await press(page, button(page, ja.issue));
}

async function ids(page) {
	return { serviceId: await page.locator('#service-id').textContent(),
		userId: await page.locator('#user-id').textContent() };
}

/* The first field that is wrong has the focus, and says why to a screen reader. */
async function isExplained(page, id, name) {
	is(await page.evaluate('document.activeElement.id'), id, `${name}: the field has the focus`);
	is(await page.locator(`#${id}`).getAttribute('aria-invalid'), 'true', `${name}: it is marked`);
	like(await page.locator(`#${id}`).getAttribute('aria-describedby'), new RegExp(`\\b${id}-error\\b`),
		`${name}: what is wrong belongs to it`);
	is(await page.locator('.errors a').first().getAttribute('href'), `#${id}`,
		`${name}: the summary leads there`);
}

async function password({ page }) {
	await page.goto(consoleUrl);
	is(await title(page), ja.signIn, 'without a session the console begins with the sign-in');
	like(await content(page), /ログインID general1 /, 'the login id is that of the certificate');
	await look(page, 'sign-in');
	await sendUnchecked(page, ja.logIn);
	like(await content(page), /ログインパスワードを入力してください/, 'an empty password is asked for again');
	await isExplained(page, 'password', 'no password');
	await look(page, 'sign-in-empty');
	await sendPassword(page, users.general1, { password: 'wrong' });
	is(await title(page), ja.signIn, 'with a wrong password it stays there');
	like(await page.locator('.errors').innerText(), /ログインできませんでした/, 'and says so');
	unlike(await page.content(), /wrong"/, 'without what was typed');
	await look(page, 'sign-in-wrong');
}

async function keyboard({ page }) {
	const order = await keyOrder(page);

	isnt(await keyOrder(page), order, 'the keys of the on-screen keyboard lie otherwise each time');
	await button(page, ja.keyboard).click();
	await look(page, 'sign-in-keyboard');
	await type(page, 'a');
	await button(page, '大文字').click();
	await type(page, 'Z!');
	is(await page.locator('#password').inputValue(), 'aZ!', 'letters, capitals and signs are typed');
	await button(page, '1文字削除').click();
	is(await page.locator('#password').inputValue(), 'aZ', 'one is taken back');
	await page.locator('#password').fill('');
	await button(page, '大文字').click();
	await type(page, users.general1.password);
	await button(page, '閉じる').click();
	is(await page.locator('.keyboard:visible').count(), 0, 'the keyboard is closed');
	await press(page, button(page, ja.logIn));
	is(await title(page), ja.setup, 'a password typed with it is right; without a token the setup follows');
}

async function setup({ page }) {
	for (const word of ['送信先メールアドレス', ja.mail, 'トークン発行設定情報', ja.start])
		like(await content(page), new RegExp(word), `the setup asks: ${word}`);
	await look(page, 'setup');
	await fillSetup(page, 'user@example.com', START);
	like(await content(page), /このドメインのメールアドレスは登録できません/, 'not a mobile domain: refused');
	await isExplained(page, 'mail', 'not a mobile domain');
	is(await page.locator('#mail').inputValue(), 'user@example.com', 'the address can be mended');
	is(await page.locator('#start').inputValue(), '', 'the start password is not sent back');
	await look(page, 'setup-domain');
	await fillSetup(page, MAIL, '123');
	await isExplained(page, 'start', 'three digits');
	await fillSetup(page, MAIL, '12ab56');
	await isExplained(page, 'start', 'letters');
	await fillSetup(page, MAIL, START, '246814');
	await isExplained(page, 'start_again', 'two start passwords');
	await look(page, 'setup-two');
	is(mails(MAIL), [], 'until now nothing was issued, and no mail sent');
	await page.locator('#start').pressSequentially('２４６');
	is(await page.locator('#start').inputValue(), '246', 'full-width digits become half-width while typing');
	await fillSetup(page, MAIL, '２４６８１３');
	is(await title(page), ja.firstCode, 'the token is issued, and its first code asked for');
}

async function firstCode({ page }) {
	const shown = await ids(page);
	const received = await poll(20, () => mails(MAIL)[0]);
	const { status, token } = await install({ ...shown, start: START });

	is(shown.serviceId, 'SEIKYO', 'the page shows the service id');
	like(shown.userId, /^\d{10}$/, 'and the user id');
	like(await content(page), new RegExp(`トークン情報.*${ja.code}`), 'and a field for the code');
	await look(page, 'first-code');
	ok(received?.body.includes(tokenUrl), 'the mail has arrived, with the address of the app', received);
	is(status, 200, 'the phone gets its token for the three values');
	is((await install({ ...shown, start: START })).status, 403, 'and only once');
	await field(page, ja.code).fill(WRONG);
	await press(page, button(page, ja.confirm));
	like(await content(page), /ワンタイムパスワードが正しくありません。.*4/, 'a wrong code: the tries left');
	await isExplained(page, 'code', 'a wrong first code');
	is(await ids(page), shown, 'the ids are still there');
	await look(page, 'first-code-wrong');
	return token;
}

async function topPage({ page, context }, token) {
	const code = await codeOf(token);
	const fullWidth = code.replace(/\d/g, digit => String.fromCharCode(0xff10 + Number(digit)));

	await field(page, ja.code).fill(fullWidth);
	await press(page, button(page, ja.confirm));
	is(await title(page), ja.top, 'the first code, in full-width digits, completes the setup');
	for (const word of ['契約 C-0001', '利用者 general1', 'general1@example.jp', '過去3回のログイン日時'])
		like(await content(page), new RegExp(word), `the top page shows: ${word}`);
	is(await page.getByRole('link', { name: ja.administration }).count(), 0,
		'a general user has nothing to administer');
	await look(page, 'top-general');
	const cookies = (await context.cookies()).filter(cookie => cookie.name.startsWith('__Host-'));

	ok(cookies.length > 0 && cookies.every(c => c.secure && c.httpOnly && c.sameSite === 'Strict'),
		'the cookie is kept from scripts, other sites and plain HTTP', cookies.map(c => c.name));
	return code;
}

async function logOut({ page }) {
	await press(page, button(page, ja.logOut));
	like(await content(page), /ログアウトしました/, 'the log-out is confirmed');
	await look(page, 'logged-out');
	await page.goBack();
	is(await title(page), ja.signIn, 'the back button shows nothing of the session');
	unlike(await page.content(), /general1@example\.jp/, 'not even its data');
}

async function secondLogin({ page }, token, used) {
	await sendPassword(page, users.general1);
	is(await title(page), ja.codeTitle, 'with a token the code is asked for after the password');
	await look(page, 'code');
	await sendUnchecked(page, ja.authenticate);
	await isExplained(page, 'code', 'no code');
	await sendCode(page, used);
	like(await content(page), /すでに使用されています/, 'a code is good once');
	await look(page, 'code-used');
	await sendCode(page, WRONG);
	like(await content(page), /正しくありません。.*4/, 'a wrong code: the tries left');
	await clock('+60');
	await sendCode(page, await codeOf(token));
	is(await title(page), ja.top, 'the next one is right');
	like(await content(page), /過去3回のログイン日時 2026年11月20日 12:00/, 'and the last login is shown');
	await press(page, button(page, ja.logOut));
}

async function locked({ page }) {
	await clock('+60');
	await sendPassword(page, users.general2);
	for (let left = 4; left > 0; left--) {
		await sendCode(page, WRONG);
		like(await content(page), new RegExp(`正しくありません。.*${left}`), `${left} tries left`);
	}
	await sendCode(page, WRONG);
	like(await content(page), /利用停止.*マスターユーザ.*取引店/, 'five wrong codes lock, and the page says who helps');
	await look(page, 'locked');
	await sendPassword(page, users.general2);
	like(await content(page), /利用停止/, 'whoever is locked is told so after the password');
}

async function revoked({ page }) {
	await operate(['revoke', 'general3', '--paper', 'P-1', '--reason', 'lost']);
	await sendPassword(page, users.general3);
	like(await content(page), /再発行.*2026年11月20日 12:3\d/, 'a revoked user is told from when on he can go on');
	await look(page, 'wait');
	await clock('+1860');
	await sendPassword(page, users.general3);
	is(await title(page), ja.setup, 'after that time the setup is open again');
}

async function notStarted({ page }) {
	await sendPassword(page, users.later1);
	like(await content(page), /ご利用開始日/, 'before the start date nobody gets in, and is told why');
	await look(page, 'not-started');
}

/* The mail did not come, R5: begin again; and a setup that is left lying. */
async function again({ page }) {
	await sendPassword(page, users.master1);
	await fillSetup(page, MAIL, START);
	like(await content(page), /マスターユーザの利用停止を解除できるのは取引店だけ/,
		'a lone master is told at the setup that only the branch can free him');
	await look(page, 'first-code-lone-master');
	const first = await ids(page);

	await sendPassword(page, users.master1);
	is(await title(page), ja.firstCode, 'who has a token without a first code comes back to it');
	is(await ids(page), first, 'with the same ids');
	await press(page, button(page, 'トークン発行からやり直す'));
	is(await title(page), ja.setup, 'and can begin again if the mail did not come');
	await fillSetup(page, MAIL, START);
	const second = await ids(page);

	isnt(second.userId, first.userId, 'with a new user id');
	is((await install({ ...first, start: START })).status, 403, 'the earlier issue is void');
	await sendPassword(page, users.master1);
	await press(page, button(page, 'トークン発行からやり直す'));
	await clock('+1860');
	await fillSetup(page, MAIL, START);
	unlike(await title(page), /認証確認/, 'after half an hour the setup is over');
	like(await content(page), /ログインページ/, 'and begins with the login');
	await look(page, 'setup-expired');
}

/* A certificate of the right name that nobody has registered. */
function foreignCertificate(login) {
	const ca = `${directory}/ca/client-ca`;
	const at = `${directory}/foreign`;

	execFileSync('openssl', ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-x509',
		'-CA', `${ca}.crt`, '-CAkey', `${ca}.key`, '-subj', `/CN=${login}`, '-days', '1',
		'-keyout', `${at}.key`, '-out', `${at}.crt`], { stdio: 'ignore' });
	execFileSync('openssl', ['pkcs12', '-export', '-in', `${at}.crt`, '-inkey', `${at}.key`, '-out', `${at}.p12`,
		'-passout', `pass:${process.env.SEIKYO_CLIENT_P12_PASSWORD}`]);
	return `${at}.p12`;
}

async function certificates() {
	const nobody = await open();
	const other = await open({ p12: foreignCertificate('general1') });

	await nobody.page.goto(consoleUrl);
	like(await content(nobody.page), /電子証明書が必要です/, 'without a certificate there is nothing to type');
	is(await nobody.page.locator('#password').count(), 0, 'no password either');
	await look(nobody.page, 'no-certificate');
	await sendPassword(other.page, users.general1);
	like(await content(other.page), /ログインできませんでした/,
		'the right password with a certificate that is not registered: as a wrong password');
	await close(nobody);
	await close(other);
}

async function failures({ page, errors }) {
	await page.goto(`${consoleUrl}/nowhere`);
	like(await title(page), /表示できません/, 'an address that leads nowhere: a page that says so');
	await look(page, 'not-found');
	await page.goto(`${consoleUrl}/login`);
	await stack('stop', 'radius');
	await field(page, ja.password).fill(users.general1.password);
	await press(page, button(page, ja.logIn));
	like(await title(page), /ご利用いただけません/, 'no RADIUS server answers: nobody gets in, and is told so');
	await look(page, 'away');
	await stack('start', 'radius');
	/* The browser notes each answer of 400 and more; these are wanted. */
	is(errors.splice(0).filter(text => !/status of (403|404|503)/.test(text)), [],
		'besides these answers nothing is noted in the browser\'s console');
}

async function as(login, ...steps) {
	const person = await open({ p12: users[login].p12 });
	let carried;

	for (const step of steps)
		carried = await step(person, carried) ?? carried;
	await close(person);
}

await finish(async () => {
	let token;

	await as('general1', password, keyboard, setup, async person => {
		token = await firstCode(person);
		const used = await topPage(person, token);

		await logOut(person);
		await secondLogin(person, token, used);
	}, failures);
	await certificates();
	await as('general2', locked);
	await as('general3', revoked);
	await as('later1', notStarted);
	await as('master1', again);
});
