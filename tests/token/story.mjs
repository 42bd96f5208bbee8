// SPDX-License-Identifier: GPL-2.0-only

import { finish, open } from '../browser/browser.mjs';
import { clock, mails, nextCode, people, poll, tokenUrl } from '../browser/stack.mjs';
import { is, like, unlike } from '../browser/tap.mjs';
import { button, content, field, ja, press as pressAndLoad, sendCode, sendPassword, signIn, title as pcTitle }
	from '../console/pages.mjs';
import { code, finishSetup, forgive, phone, press, send, shown, title } from './driver.mjs';

const users = people();
const MAIL = 'general1@docomo.ne.jp';
let now = Date.parse('2026-11-20T12:00:00+09:00');

/* Moves the clock of the service, and those of the phones. */
async function pass(seconds, ...phones) {
	now += seconds * 1000;
	await clock(`+${seconds}`);
	for (const person of phones)
		await person.page.clock.pauseAt(now);
}

/* A phone whose clock shows the service's time; phone() lets half a minute pass. */
function newPhone() {
	return phone({ time: now - 30000 });
}

/* On the PC, from the password to the page that waits for a code; gives what it shows. */
async function issue(pc, start) {
	const { page } = pc;

	await sendPassword(page, users.general1);
	is(await pcTitle(page), ja.setup, 'after the password the PC shows 「ワンタイムパスワードトークン発行」');
	await field(page, ja.mail).fill(MAIL);
	await page.locator('#start').fill(start);
	await page.locator('#start_again').fill(start);
	await pressAndLoad(page, button(page, ja.issue));
	is(await pcTitle(page), ja.firstCode, '「トークン発行」 leads to 「ワンタイムパスワード認証確認」');
	return { service_id: await page.locator('#service-id').textContent(),
		user_id: await page.locator('#user-id').textContent(), start_password: start };
}

/* The address in the newest mail. */
async function addressIn(number) {
	const received = await poll(20, () => mails(MAIL).length >= number && mails(MAIL)[number - 1]);

	return /https:\/\/\S+/.exec(received?.body ?? '')?.[0];
}

async function firstCode(pc, digits) {
	await field(pc.page, ja.code).fill(digits);
	await pressAndLoad(pc.page, button(pc.page, ja.confirm));
}

async function setup(pc) {
	const typed = await issue(pc, '246813');
	const address = await addressIn(1);

	is(address, tokenUrl, 'the mail brings the app\'s address');
	const person = await newPhone();
	is(await title(person.page), '初期設定', 'which opens the app with 「初期設定」');
	await send(person.page, typed);
	await finishSetup(person.page, '初期設定完了');
	is(await title(person.page), 'ビジネスバンキング', 'the phone has its token');
	await firstCode(pc, await code(person.page));
	is(await pcTitle(pc.page), ja.top, 'its code completes the setup: 「トップページ」');
	await pressAndLoad(pc.page, button(pc.page, ja.logOut));
	return person;
}

async function login(pc, person) {
	const used = await code(person.page);

	await sendPassword(pc.page, users.general1);
	await sendCode(pc.page, used);
	like(await content(pc.page), /すでに使用されています/, 'the same code is not good for a second login');
	await pass(60, person);
	await poll(10, async () => /^\d{6}$/.test(await shown(person.page)) && await shown(person.page) !== used);
	await sendCode(pc.page, await code(person.page));
	is(await pcTitle(pc.page), ja.top, 'the next one is');
	await pressAndLoad(pc.page, button(pc.page, ja.logOut));
}

async function revoke(master) {
	const { page } = master;

	now += 60000;
	await signIn(page, users.master1, await nextCode('master1'));
	for (const name of [ja.administration, ja.users, ja.revocation])
		await pressAndLoad(page, page.getByRole('link', { name }));
	is(await pcTitle(page), ja.revokeList, 'a master user finds 「トークン失効」');
	await field(page, 'general1').check();
	await field(page, ja.confirmation).fill(users.master1.confirmation);
	await page.locator('#reason').selectOption({ index: 1 });
	await pressAndLoad(page, button(page, ja.revoke));
	is(await pcTitle(page), ja.revokeResult, 'and revokes the lost phone\'s token');
}

async function waits(pc) {
	await sendPassword(pc.page, users.general1);
	like(await content(pc.page), /再発行/, 'then the user is told from when on a new one can be issued');
	is(await pc.page.locator('#mail, #code').count(), 0, 'and neither a code nor a setup is asked for');
}

async function newPhoneSetup(pc, lost) {
	const { page } = pc;
	const typed = await issue(pc, '135792');
	const person = await newPhone();

	is(await addressIn(2), tokenUrl, 'a second mail has come');
	await send(person.page, typed);
	await finishSetup(person.page, '初期設定完了');
	like(await code(lost.page), /^\d{6}$/, 'the first phone still shows codes');
	await firstCode(pc, await code(lost.page));
	like(await content(page), /ワンタイムパスワードが正しくありません/, 'but they are refused');
	await firstCode(pc, await code(person.page));
	is(await pcTitle(page), ja.top, 'the second phone\'s code completes the setup');
	unlike(await code(lost.page), new RegExp(await code(person.page)), 'the two phones show different codes');
	await pressAndLoad(page, button(page, ja.logOut));
	await pass(60, person, lost);
	await sendPassword(page, users.general1);
	await sendCode(page, await code(lost.page));
	like(await content(page), /ワンタイムパスワードが正しくありません/, 'also at the next login');
	await sendCode(page, await code(person.page));
	is(await pcTitle(page), ja.top, 'where the second phone\'s are good');
}

await finish(async () => {
	const pc = await open({ p12: users.general1.p12 });
	const master = await open({ p12: users.master1.p12 });
	const first = await setup(pc);

	await login(pc, first);
	await revoke(master);
	await waits(pc);
	await pass(31 * 60, first);
	await newPhoneSetup(pc, first);
	/* The refusals are said by their status too. */
	is(forgive(pc).filter(text => !/status of 4\d\d/.test(text)), [], 'the PC\'s browser has nothing else to say');
});
