/* SPDX-License-Identifier: GPL-2.0-only */
/* 「設定」, and how the tokens are kept. */

import {button, make, notice, paragraph} from '../dom.js';
import {nameOf} from '../names.js';
import {otherLanguage} from '../text.js';

function entry(target, text, note = '') {
	return make('li', {}, make('a', {class: 'row', href: target},
		make('span', {class: 'row-name'}, text),
		note === '' ? null : make('span', {class: 'row-note'}, note)));
}

async function speak(app, language) {
	await app.store.set('language', language);
	await app.read();
	app.replace('settings');
}

/* What can be done with the token that is shown. */
function ofToken(app) {
	const note = app.say('of_token', {name: nameOf(app.shown())});

	return [entry('#/name', app.say('rename'), note), entry('#/remove', app.say('remove'), note)];
}

export function settings(app) {
	const isOn = app.data.key.kind === 'pin';
	const other = otherLanguage(app.language);
	const some = app.data.tokens.length > 0;

	return {title: app.say('settings'), nodes: [
		make('ul', {class: 'rows'},
			entry('#/add', app.say('add')),
			some ? entry('#/tokens', app.say('tokens')) : null,
			...some ? ofToken(app) : [],
			entry('#/lock', app.say('lock'), app.say(isOn ? 'lock_is_on' : 'lock_is_off')),
			entry('#/kept', app.say('kept')),
			entry('check.html', app.say('check'))),
		make('div', {class: 'buttons'},
			isOn ? button(app.say('lock_now'), () => app.lock()) : null,
			button(app.say('other_language'), () => speak(app, other).catch(app.fail),
				{lang: other})),
	]};
}

function isKept() {
	return navigator.storage && navigator.storage.persisted ? navigator.storage.persisted() : false;
}

export function kept(app) {
	const state = make('div', {role: 'status', class: 'stack'});

	async function show() {
		const yes = await isKept();

		state.replaceChildren(paragraph(app.say(yes ? 'kept_yes' : 'kept_no'), {class: 'lead'}),
			...yes ? [] : [make('div', {class: 'buttons'}, button(app.say('kept_ask'), ask))]);
	}

	async function ask() {
		if (await app.askToStay())
			await show();
		else
			state.append(paragraph(app.say('kept_refused')));
	}

	show().catch(app.fail);
	return {title: app.say('kept'), nodes: [state, paragraph(app.say('kept_how')),
		notice('', app.say('kept_then'))]};
}
