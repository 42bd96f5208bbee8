// SPDX-License-Identifier: GPL-2.0-only
//
// See browser-acts.t.

import { readFileSync } from 'node:fs';

import { close, finish, look, open } from '../browser/browser.mjs';
import { consoleUrl, nextCode, people, sql } from '../browser/stack.mjs';
import { is, like, ok } from '../browser/tap.mjs';
import { button, content, field, ja, press, sendPassword, sendUnchecked, signIn, title } from './pages.mjs';

const users = people();

/* The login ids of the list, in its order; those with a box to tick; those ticked. */
async function listed(page) {
	return page.locator('tbody th').allInnerTexts();
}

async function choosable(page) {
	return page.locator('tbody input').evaluateAll(boxes => boxes.map(box => box.value));
}

async function chosen(page) {
	return page.locator('tbody input:checked').evaluateAll(boxes => boxes.map(box => box.value));
}

/* The rows of a result: login id, and what came of it. */
async function results(page) {
	return page.locator('tbody tr').evaluateAll(rows => rows.map(row =>
		`${row.querySelector('th').innerText}: ${row.querySelector('.state').innerText}`));
}

async function follow(page, name) {
	await press(page, page.getByRole('link', { name }).first());
}

async function act(page, name, logins, confirmation) {
	for (const login of logins)
		await field(page, login).check();
	await field(page, ja.confirmation).fill(confirmation);
	await press(page, button(page, name));
}

async function locked() {
	return (await sql("SELECT GROUP_CONCAT(login_id ORDER BY login_id SEPARATOR ' ') FROM user " +
		'WHERE otp_locked_at IS NOT NULL'));
}

async function events(kind) {
	return Number(await sql(`SELECT COUNT(*) FROM audit_event WHERE act = '${kind}'`));
}

async function signedIn(login) {
	const person = await open({ p12: users[login].p12 });

	await signIn(person.page, users[login], await nextCode(login));
	return person;
}

/* The words of REQUIREMENTS.md, in their order. */
async function wayThere(page) {
	is(await title(page), ja.top, 'a master user is on the top page');
	await look(page, 'top-master');
	await follow(page, ja.administration);
	is(await title(page), ja.works, '「管理」 leads to 「業務選択」');
	await look(page, 'works');
	await follow(page, ja.users);
	is(await title(page), ja.tasks, '「利用者管理」 to 「作業内容選択」');
	await look(page, 'tasks');
	await follow(page, ja.unlock);
	is(await title(page), ja.unlockList, 'and that to 「ワンタイムパスワード利用停止解除一覧」');
	is(await page.locator('nav.path li').allInnerTexts(),
		[ja.administration, ja.works, ja.users, ja.tasks, ja.unlock], 'the path says where one is');
}

async function unlockRefused(page, { confirmation }) {
	is(await page.locator('h2').first().innerText(), ja.userList, '「利用者一覧」');
	is(await listed(page), ['general1', 'general2', 'general3', 'master2'],
		'the locked users of the own contract are listed, nobody else');
	is(await choosable(page), ['general1', 'general2', 'general3'], 'a master user cannot be chosen');
	await look(page, 'unlock');
	await sendUnchecked(page, ja.release);
	like(await page.locator('.errors').innerText(), /1名以上.*確認用パスワード/s,
		'nobody chosen, no password: both are said');
	await look(page, 'unlock-empty');
	await act(page, ja.release, ['general1', 'general3'], 'wrong');
	like(await content(page), /確認用パスワードが正しくありません/, 'a wrong confirmation password is refused');
	is(await chosen(page), ['general1', 'general3'], 'and who was chosen is still chosen');
	is(await locked(), 'general1 general2 general3 master2 other1', 'nobody is free yet');
	await look(page, 'unlock-wrong');
	await field(page, 'general3').uncheck();
	is(await field(page, ja.confirmation).inputValue(), '', 'no password is sent back');
	await act(page, ja.release, [], users.master1.password);
	like(await content(page), /確認用パスワードが正しくありません/, 'the login password does not do');
	await field(page, 'general3').uncheck();
	await act(page, ja.release, [], confirmation);
}

async function unlockedOne(page, { confirmation }) {
	is(await title(page), ja.unlockResult, '「ワンタイムパスワード利用停止解除結果」');
	is(await page.locator('h2').first().innerText(), ja.unlockResultBox, '「利用停止解除結果」');
	is(await results(page), ['general1: 解除しました'], 'the one who was chosen is free');
	is(await locked(), 'general2 general3 master2 other1', 'and only he');
	await look(page, 'unlock-result');
	await page.reload();
	like(await content(page), /すでに処理されています/, 'sent again: nothing is done twice');
	is(await events('unlock'), 1, 'and the audit trail has one release');
	await look(page, 'unlock-again');
}

async function unlockedMany(page, { confirmation }) {
	await page.goto(`${consoleUrl}/unlock`);
	await page.getByLabel('このページの利用者をすべて選択').check();
	is(await chosen(page), ['general2', 'general3'], 'all of the page are chosen at once');
	like(await page.locator('.chosen').innerText(), /2名/, 'and counted');
	await act(page, ja.release, [], confirmation);
	is(await results(page), ['general2: 解除しました', 'general3: 解除しました'], 'many at once');
	is(await locked(), 'master2 other1', 'a master user and another contract\'s user are as they were');
	await look(page, 'unlock-result-many');
	await follow(page, ja.toTop);
	is(await title(page), ja.top, '「トップページへ」');
}

/* By somebody who writes his own requests. */
async function unlockForged(page, { confirmation }) {
	await page.goto(`${consoleUrl}/unlock`);
	await page.evaluate(`document.querySelectorAll('form[method=post] .scroll').forEach(place =>
		['master2', 'other1', 'nobody'].forEach(login => {
			const box = document.createElement('input');
			box.type = 'hidden'; box.name = 'user'; box.value = login; place.append(box);
		}))`);
	const before = await locked();

	await field(page, ja.confirmation).fill(confirmation);
	await press(page, button(page, ja.release));
	is((await results(page)).sort(), ['master2: 取引店でのお手続きが必要です', 'nobody: 該当する利用者がいません',
		'other1: 該当する利用者がいません'], 'names put in by hand: each is refused');
	is(await locked(), before, 'and nobody is free');
	await look(page, 'unlock-result-refused');
}

async function search(page) {
	await page.goto(`${consoleUrl}/unlock`);
	await page.locator('#which').selectOption('all');
	await page.locator('#search').fill('general4');
	await press(page, button(page, '検索'));
	is(await listed(page), ['general4'], 'the search finds one of all users');
	await look(page, 'unlock-search');
	await page.locator('#search').fill('other1');
	await press(page, button(page, '検索'));
	like(await content(page), /該当する利用者はいません/, 'but nobody of another contract');
	await look(page, 'unlock-nobody');
}

async function revokeRefused(page, { confirmation }) {
	await page.goto(`${consoleUrl}/works/users`);
	await follow(page, ja.revocation);
	is(await title(page), ja.revokeList, '「トークン失効」');
	is(await choosable(page), ['general1', 'general2', 'general3', 'master1'],
		'tokens of general users, and one\'s own');
	await look(page, 'revoke');
	await field(page, 'general1').check();
	await field(page, ja.confirmation).fill(confirmation);
	await sendUnchecked(page, ja.revoke);
	is(await page.evaluate('document.activeElement.id'), 'reason', 'without a reason it is asked for');
	await look(page, 'revoke-reason');
	is(await events('revoke'), 0, 'and nothing is revoked');
}

async function revoked(page, { confirmation }) {
	const victim = await signedIn('general1');
	const used = await nextCode('general2');

	await page.locator('#reason').selectOption('lost');
	await act(page, ja.revoke, ['general2'], confirmation);
	is(await title(page), ja.revokeResult, '「トークン失効結果」');
	is(await results(page), ['general1: 失効しました', 'general2: 失効しました'], 'two tokens are revoked');
	like(await content(page), /2026年11月20日 12:3\d/, 'with the time from which on new ones can be had');
	await look(page, 'revoke-result');
	await victim.page.reload();
	is(await title(victim.page), ja.signIn, 'whose token is revoked, his session is over');
	like(await content(victim.page), /ログインの有効期限が切れています/, 'and he is told why');
	await look(victim.page, 'session-ended');
	await close(victim);
	const other = await open({ p12: users.general2.p12 });

	await sendPassword(other.page, users.general2);
	like(await content(other.page), /再発行/, 'a revoked token is not asked for any more');
	is(await other.page.locator('#code').count(), 0, `not even for the code ${used.replace(/./g, '*')}`);
	await close(other);
	await press(page, page.getByRole('link', { name: ja.close, exact: true }));
	is(await title(page), ja.tasks, '「閉じる」');
}

async function audit(page) {
	await page.goto(`${consoleUrl}/works`);
	await follow(page, ja.history);
	is(await title(page), ja.history, 'the audit trail');
	like(await content(page), /利用停止解除.*general3.*master1/, 'it has who did what to whom');
	await look(page, 'audit');
	await page.locator('#act').selectOption('revoke');
	await page.locator('#search').fill('general2');
	await press(page, button(page, '検索'));
	is(await page.locator('tbody tr').count(), 1, 'filtered by user and act: one row');
	await look(page, 'audit-filtered');
	const [download] = await Promise.all([page.waitForEvent('download'),
		page.getByRole('link', { name: /CSV/ }).click()]);
	const csv = readFileSync(await download.path(), 'utf8');

	is(csv.trim().split('\r\n').length, 2, 'the CSV file has the same row, below the names', csv);
	like(csv, /"general2","master1"/, 'with who and whom');
}

async function ownToken(page, { confirmation }) {
	await page.goto(`${consoleUrl}/revoke`);
	await page.locator('#reason').selectOption('changed');
	await act(page, ja.revoke, ['master1'], confirmation);
	is(await results(page), ['master1: 失効しました'], 'a master user revokes his own token');
	await page.goto(consoleUrl);
	is(await title(page), ja.signIn, 'which ends his session');
	await sendPassword(page, users.master1);
	like(await content(page), /再発行/, 'and he waits as everybody does');
}

/* Not the right one: a general user, and a master user of another contract. */
async function others() {
	const general = await signedIn('general3');

	for (const path of ['works', 'works/users', 'unlock', 'revoke', 'audit', 'audit.csv']) {
		await general.page.goto(`${consoleUrl}/${path}`);
		like(await content(general.page), /マスターユーザの方だけ/, `a general user at /${path}: refused`);
	}
	await look(general.page, 'masters-only');
	is(general.errors.splice(0).filter(text => !/status of 403/.test(text)), [], 'with nothing else wrong');
	await close(general);
	const stranger = await signedIn('stranger');

	await stranger.page.goto(`${consoleUrl}/unlock?which=all`);
	is(await listed(stranger.page), ['other1', 'stranger'], 'another contract\'s master sees his own users');
	await stranger.page.goto(`${consoleUrl}/audit?search=general1`);
	is(await stranger.page.locator('tbody tr').count(), 0, 'and nothing of others in his audit trail');
	await guesses(stranger.page, users.stranger);
	await close(stranger);
}

async function guesses(page, { confirmation }) {
	await page.goto(`${consoleUrl}/unlock`);
	for (let i = 0; i < 5; i++)
		await act(page, ja.release, ['other1'], `wrong ${i}`);
	await act(page, ja.release, ['other1'], confirmation);
	like(await content(page), /日 \d\d:\d\dまでご利用いただけません/, 'after five wrong confirmation passwords the right one waits, too');
	ok((await locked()).includes('other1'), 'and frees nobody');
}

await finish(async () => {
	const master = await signedIn('master1');

	await wayThere(master.page);
	await unlockRefused(master.page, users.master1);
	await unlockedOne(master.page, users.master1);
	await unlockForged(master.page, users.master1);
	await unlockedMany(master.page, users.master1);
	await search(master.page);
	const freed = await signedIn('general1');

	is(await title(freed.page), ja.top, 'who was freed logs in again');
	await close(freed);
	await revokeRefused(master.page, users.master1);
	await revoked(master.page, users.master1);
	await audit(master.page);
	await ownToken(master.page, users.master1);
	await close(master);
	await others();
});
