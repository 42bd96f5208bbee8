// SPDX-License-Identifier: GPL-2.0-only
//
// The console's pages as a person uses them: by the words on them.

import { consoleUrl } from '../browser/stack.mjs';

/* The words of REQUIREMENTS.md, and what the English pages say instead. */
export const words = {
	ja: {
		signIn: '電子証明書ログイン', password: 'ログインパスワード', logIn: 'ログイン',
		keyboard: 'ソフトウェアキーボード', codeTitle: 'ワンタイムパスワード認証',
		code: 'ワンタイムパスワード', authenticate: '認証',
		setup: 'ワンタイムパスワードトークン発行', mail: '携帯電話メールアドレス',
		start: '利用開始パスワード', issue: 'トークン発行', firstCode: 'ワンタイムパスワード認証確認',
		confirm: '認証確認', top: 'トップページ', logOut: 'ログアウト',
		administration: '管理', works: '業務選択', users: '利用者管理', tasks: '作業内容選択',
		unlock: 'ワンタイムパスワードの利用停止解除', unlockList: 'ワンタイムパスワード利用停止解除一覧',
		userList: '利用者一覧', confirmation: '確認用パスワード', release: '停止解除',
		unlockResult: 'ワンタイムパスワード利用停止解除結果', unlockResultBox: '利用停止解除結果',
		toTop: 'トップページへ', revocation: 'トークンの失効', revokeList: 'トークン失効',
		revoke: '失効', revokeResult: 'トークン失効結果', close: '閉じる', history: '操作履歴照会',
	},
	en: {
		signIn: 'Login with client certificate', password: 'Login password', logIn: 'Log in',
		keyboard: 'On-screen keyboard', codeTitle: 'One-time password authentication',
		code: 'One-time password', authenticate: 'Authenticate', top: 'Top page', logOut: 'Log out',
		administration: 'Administration', works: 'Choice of works', users: 'User management',
		tasks: 'Choice of tasks', unlock: 'Release of the lock of one-time passwords',
		revocation: 'Revocation of tokens', history: 'History of operations',
	},
};

export const ja = words.ja;

/* The page's own title. */
export async function title(page) {
	return (await page.locator('h1').textContent()).trim();
}

/* What stands in the page's content, in one line. */
export async function content(page) {
	return (await page.locator('main').innerText()).replace(/\s+/g, ' ').trim();
}

export function button(page, name) {
	return page.getByRole('button', { name, exact: true });
}

/* A field by its label. */
export function field(page, label) {
	return page.getByLabel(label, { exact: true });
}

/* Presses what leads to another page, and waits for it. */
export async function press(page, target) {
	await Promise.all([page.waitForEvent('load'), target.click()]);
}

/* Opens the console and sends the password: the code page, the setup, or a refusal. */
export async function sendPassword(page, user, { lang = 'ja', password = user.password } = {}) {
	await page.goto(`${consoleUrl}/login`);
	await field(page, words[lang].password).fill(password);
	await press(page, button(page, words[lang].logIn));
}

export async function sendCode(page, code, { lang = 'ja' } = {}) {
	await field(page, words[lang].code).fill(code);
	await press(page, button(page, words[lang].authenticate));
}

/* All of a login, up to the top page. */
export async function signIn(page, user, code, options) {
	await sendPassword(page, user, options);
	await sendCode(page, code, options);
}

/* Sends the page's form past the browser's own checks, as one without them does. */
export async function sendUnchecked(page, name) {
	await page.evaluate('for (const form of document.forms) form.noValidate = true');
	await press(page, button(page, name));
}
