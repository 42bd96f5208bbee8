/* SPDX-License-Identifier: GPL-2.0-only */
/* 「初期設定完了」 and 「トークン追加完了」, then 「トークン表示名設定」. */

import {button, make, notice, paragraph} from '../dom.js';
import {form, FormError} from '../form.js';
import {nameOf} from '../names.js';
import {Refusal} from '../store.js';
import {line, WORDS_MAX} from '../typed.js';

function done(app, title) {
	return {title, nodes: [
		make('p', {class: 'tick-mark', 'aria-hidden': 'true'}, '✓'),
		paragraph(app.say('done_lead')),
		app.kept ? null : notice('', app.say('kept_no'), app.say('kept_how')),
		make('div', {class: 'buttons'},
			button(app.say('next'), () => app.replace('name'), {class: 'primary'})),
	]};
}

export function setupDone(app) {
	return done(app, app.say('setup_done'));
}

export function addDone(app) {
	return done(app, app.say('add_done'));
}

async function rename(app, token, words) {
	try {
		await app.store.rename(token.id, words);
	} catch (error) {
		if (error instanceof Refusal && error.why === 'name')
			throw new FormError(app.say('words_taken'), 'words');
		throw error;
	}
	await app.read();
	app.replace('');
}

export function naming(app) {
	const token = app.shown();

	return {title: app.say('naming'), nodes: [
		paragraph(app.say('naming_lead')),
		make('dl', {class: 'facts'}, make('div', {}, make('dt', {}, app.say('name_now')),
			make('dd', {}, nameOf(token)))),
		form(app, {
			fields: [{name: 'words', label: app.say('words'), hint: app.say('words_hint'),
				optional: true, value: token.words, read: text => line(text, WORDS_MAX)}],
			submit: app.say('register'),
			act: ({words}) => rename(app, token, words),
		}),
	]};
}
