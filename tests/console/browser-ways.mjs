// SPDX-License-Identifier: GPL-2.0-only
//
// See browser-ways.t.

import { close, finish, look, open } from '../browser/browser.mjs';
import { clock, consoleUrl, nextCode, operate, people, sql } from '../browser/stack.mjs';
import { is, isnt, like, ok, unlike } from '../browser/tap.mjs';
import { button, content, field, ja, press, sendCode, sendPassword, signIn, title, words } from './pages.mjs';

const users = people();
const { en } = words;
const japanese = /[\u3041-\u30fa\u4e00-\u9fff]/;

async function signedIn(login, options = {}) {
	const person = await open({ p12: users[login].p12, ...options });

	await signIn(person.page, users[login], await nextCode(login), { lang: options.lang });
	return person;
}

async function cookie({ context }) {
	return (await context.cookies()).find(one => one.name.startsWith('__Host-'))?.value;
}

async function lockedByCodes(login) {
	return sql(`UPDATE user SET otp_locked_at = clock_now() WHERE login_id = '${login}'`);
}

/* --- languages */

/* What the console itself says; names of people and services are as they are. */
async function isEnglish(page, name) {
	const said = (await page.locator('body').innerText())
		.replace(/日本語|ビジネスバンキング|利用者 \w+|契約 [\w-]+/g, '');

	unlike(said, japanese, `${name}: nothing is left in Japanese`);
	is(await page.locator('html').getAttribute('lang'), 'en', `${name}: and the page says that it is English`);
}

async function english() {
	const person = await open({ p12: users.master1.p12, lang: 'en' });
	const { page } = person;

	await page.goto(consoleUrl);
	is(await title(page), en.signIn, 'a browser that asks for English gets English');
	await isEnglish(page, 'sign-in');
	await look(page, 'sign-in');
	await sendPassword(page, users.master1, { lang: 'en' });
	is(await title(page), en.codeTitle, 'the code page');
	await sendCode(page, '000000', { lang: 'en' });
	await isEnglish(page, 'a wrong code');
	await look(page, 'code-wrong');
	await sendCode(page, await nextCode('master1'), { lang: 'en' });
	like(await content(page), /only master user.*Only your branch/, 'a lone master user is told who can free him');
	for (const path of ['', 'works', 'works/users', 'unlock?which=all', 'revoke', 'audit']) {
		const name = /^[a-z]*/.exec(path)[0] + (path.includes('/') ? '-users' : '') || 'top';

		await page.goto(`${consoleUrl}/${path}`);
		await isEnglish(page, name);
		await look(page, name);
	}
	await page.goto(consoleUrl);
	await press(page, page.getByRole('link', { name: '日本語' }));
	is(await title(page), ja.top, 'the switch leads to Japanese');
	await page.goto(`${consoleUrl}/works`);
	is(await title(page), ja.works, 'for all pages from then on');
	await press(page, page.getByRole('link', { name: 'English' }));
	is(await title(page), en.works, 'and back');
	await close(person);
}

/* --- without a mouse */

/* Tab until the element has the focus, as somebody does who cannot point. */
async function tabTo(page, selector) {
	for (let i = 0; i < 60; i++) {
		await page.keyboard.press('Tab');
		if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`))
			return true;
	}
	return false;
}

/* Presses Enter on what leads to another page. */
async function enter(page) {
	await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

async function onScreenKeyboard(page) {
	const { keyboard } = page;
	const focused = () => page.evaluate('document.activeElement.textContent');

	ok(await tabTo(page, '#password + button'), 'Tab leads to the on-screen keyboard\'s button');
	await keyboard.press('Space');
	is(await page.locator('#password + button').getAttribute('aria-expanded'), 'true', 'the space bar opens it');
	const first = await focused();

	like(first, /^\d$/, 'the first key has the focus');
	await keyboard.press('Enter');
	await keyboard.press('ArrowRight');
	const second = await focused();

	isnt(second, first, 'an arrow leads to the next key');
	await keyboard.press('Space');
	is(await page.locator('#password').inputValue(), first + second, 'Enter and the space bar press keys');
	like(await page.locator('[role=status].unseen').innerText(), /2文字/, 'a screen reader is told how many');
	await keyboard.press('ArrowDown');
	like(await focused(), /^[a-z]$/, 'another arrow leads to the next line');
	await keyboard.press('Tab');
	is(await page.evaluate('document.activeElement.closest(".keyboard")'), null, 'Tab leaves the keys at once');
	await keyboard.press('Shift+Tab');
	await keyboard.press('Escape');
	is(await page.evaluate('document.activeElement.getAttribute("aria-expanded")'), 'false',
		'Escape closes it, and the focus is where it was');
}

async function withoutMouse() {
	const person = await open({ p12: users.master1.p12 });
	const { page } = person;
	const { keyboard } = page;

	await page.goto(consoleUrl);
	await keyboard.press('Tab');
	is(await page.evaluate('document.activeElement.className'), 'skip', 'the first stop leads past the header');
	ok(await page.locator('.skip').isVisible(), 'and is seen then');
	await look(page, 'sign-in-skip', { at: [1280] });
	await keyboard.press('Enter');
	is(await page.evaluate('document.activeElement.id'), 'main', 'to the content');
	await onScreenKeyboard(page);
	await page.locator('#password').fill('');
	await page.locator('h1').click();
	ok(await tabTo(page, '#password'), 'Tab leads to the password');
	const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');

	is(outline, 'solid', 'where one is can be seen');
	await keyboard.type(users.master1.password);
	await enter(page);
	await tabTo(page, '#code');
	await keyboard.type(await nextCode('master1'));
	await enter(page);
	is(await title(page), ja.top, 'a login without a mouse');
	await lockedByCodes('general1');
	await tabTo(page, 'nav.tabs a[href="/works"]');
	await enter(page);
	await tabTo(page, 'main a[href="/works/users"]');
	await enter(page);
	await tabTo(page, 'main a[href="/unlock"]');
	await enter(page);
	ok(await tabTo(page, 'input[value="general1"]'), 'the way to the list, and to a user\'s box');
	await keyboard.press('Space');
	await tabTo(page, '#confirmation');
	await keyboard.type(users.master1.confirmation);
	await enter(page);
	is(await title(page), ja.unlockResult, 'a release without a mouse');
	await tabTo(page, '.who button');
	await enter(page);
	like(await content(page), /ログアウトしました/, 'and the log-out');
	await close(person);
}

/* --- a phone without JavaScript */

async function withoutJavaScript() {
	await lockedByCodes('general1');
	const person = await signedIn('master1', { javaScript: false, width: 360,
		more: { hasTouch: true, isMobile: true } });
	const { page } = person;

	is(await title(page), ja.top, 'a login without JavaScript, at 360 pixels');
	await page.goto(`${consoleUrl}/unlock`);
	is(await page.locator('button:visible, label:visible').evaluateAll(all => all.length) > 0 &&
		await page.getByText(ja.keyboard).count(), 0, 'without it there is no on-screen keyboard');
	is(await page.getByText('すべて選択').isVisible(), false, 'and no box that would do nothing');
	await look(page, 'unlock-plain', { at: [360], scripts: false });
	await page.getByLabel('general1', { exact: true }).tap();
	await field(page, ja.confirmation).fill(users.master1.confirmation);
	await press(page, button(page, ja.release));
	like(await content(page), /general1.*解除しました/, 'a release without JavaScript');
	await press(page, button(page, ja.logOut));
	like(await content(page), /ログアウトしました/, 'and the log-out');
	await close(person);
}

/* --- tabs, back button, double click */

async function twoTabs() {
	const person = await signedIn('master1');
	const second = await person.context.newPage();

	await second.goto(`${consoleUrl}/revoke`);
	is(await title(second), ja.revokeList, 'a second tab has the same session');
	await person.page.goto(`${consoleUrl}/works`);
	await second.reload();
	is(await title(second), ja.revokeList, 'both go on side by side');
	await press(person.page, button(person.page, ja.logOut));
	await second.locator('#reason').selectOption('lost');
	await field(second, 'general1').check();
	await field(second, ja.confirmation).fill(users.master1.confirmation);
	await press(second, button(second, ja.revoke));
	unlike(await title(second), /結果/, 'after a log-out in one tab the other can do nothing any more');
	is(await sql("SELECT COUNT(*) FROM audit_event WHERE act = 'revoke'"), '0', 'and nothing was done');
	await look(second, 'other-tab');
	person.errors.splice(0, person.errors.length, ...person.errors.filter(text => !/status of 403/.test(text)));
	await second.goto(consoleUrl);
	is(await title(second), ja.signIn, 'it begins with the sign-in');
	/* Two sign-in pages side by side: whoever sends the later one is not lost. */
	await person.page.goto(`${consoleUrl}/login`);
	await signIn(second, users.master1, await nextCode('master1'));
	await field(person.page, ja.password).fill(users.master1.password);
	await press(person.page, button(person.page, ja.logIn));
	isnt(await title(person.page), ja.top, 'an old sign-in page in another tab opens no second session by itself');
	like(await content(person.page), /ログイン|認証/, 'but says how to go on');
	person.errors.splice(0, person.errors.length, ...person.errors.filter(text => !/status of 403/.test(text)));
	await close(person);
}

async function backButton() {
	await lockedByCodes('general1');
	const person = await signedIn('master1');
	const { page } = person;
	const before = Number(await sql("SELECT COUNT(*) FROM audit_event WHERE act = 'unlock'"));

	await page.goto(`${consoleUrl}/unlock`);
	await field(page, 'general1').check();
	await field(page, ja.confirmation).fill(users.master1.confirmation);
	await press(page, button(page, ja.release));
	await page.goBack();
	is(await title(page), ja.unlockList, 'back from the result to the list');
	like(await content(page), /利用停止中の利用者はいません/, 'which is read anew');
	is(await sql("SELECT COUNT(*) FROM audit_event WHERE act = 'unlock'"), String(before + 1),
		'and nothing is done again');
	await close(person);
}

async function doubleClick() {
	const person = await open({ p12: users.general1.p12 });
	const { page } = person;
	const sent = [];

	await page.goto(consoleUrl);
	await field(page, ja.password).fill(users.general1.password);
	page.on('request', request => request.method() === 'POST' && sent.push(new URL(request.url()).pathname));
	await Promise.all([page.waitForEvent('load'), button(page, ja.logIn).dblclick()]);
	is(await title(page), ja.codeTitle, 'a double click logs in once');
	is(sent, ['/login'], 'with one request');
	await page.goBack();
	await field(page, ja.password).fill(users.general1.password);
	await press(page, button(page, ja.logIn));
	is(await title(page), ja.codeTitle, 'after the back button the form can be sent again');
	await close(person);
}

/* --- the session's end */

async function ended(page, name) {
	await page.goto(consoleUrl);
	is(await title(page), ja.signIn, name);
	like(await content(page), /ログインの有効期限が切れて/, `${name}: and the page says why`);
}

async function session() {
	const person = await open({ p12: users.general1.p12 });
	const { page } = person;

	await page.goto(consoleUrl);
	const before = await cookie(person);

	await signIn(page, users.general1, await nextCode('general1'));
	isnt(await cookie(person), before, 'with the login the browser gets another session');
	await clock('+840');
	await page.reload();
	is(await title(page), ja.top, 'after 14 minutes the session is there');
	await clock('+960');
	await ended(page, 'after 16 more it has ended');
	await operate(['policy', 'set', 'session_hours', '1']);
	await signIn(page, users.general1, await nextCode('general1'));
	for (let i = 0; i < 4; i++) {
		await clock('+840');
		await page.reload();
	}
	is(await title(page), ja.top, 'who is busy stays logged in');
	await clock('+300');
	await ended(page, 'but not beyond the hours that the policy gives');
	await signIn(page, users.general1, await nextCode('general1'));
	await operate(['user', 'password', 'general1'], 'another 1\n');
	await ended(page, 'a new password ends it');
	await operate(['user', 'password', 'general1'], `${users.general1.password}\n`);
	await close(person);
}

/* Who gets hold of the cookie has not got the certificate. */
async function stolenCookie() {
	const person = await signedIn('general1');
	const thief = await open({ p12: users.master1.p12 });

	await thief.context.addCookies(await person.context.cookies());
	await thief.page.goto(consoleUrl);
	is(await title(thief.page), ja.signIn, 'a cookie with another certificate opens nothing');
	unlike(await thief.page.content(), /general1@example\.jp/, 'and shows nothing');
	await person.page.reload();
	is(await title(person.page), ja.top, 'its owner goes on');
	await close(thief);
	await close(person);
}

await finish(async () => {
	await english();
	await withoutMouse();
	await withoutJavaScript();
	await twoTabs();
	await backButton();
	await doubleClick();
	await session();
	await stolenCookie();
});
