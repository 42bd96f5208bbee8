/* SPDX-License-Identifier: GPL-2.0-only */
/* 「トークン選択」: which token is shown; and taking one away, which is asked twice. */

import {link, make, notice, paragraph} from '../dom.js';
import {choice, form, FormError} from '../form.js';
import {nameOf} from '../names.js';
import {TOKENS_MAX} from '../store.js';

async function show(app, token) {
	await app.store.set('shown', token.id);
	await app.read();
	app.replace('');
}

function row(app, token) {
	const isShown = token.id === app.shown().id;

	return make('li', {}, make('button', {type: 'button', class: 'row',
		'aria-current': isShown ? 'true' : null, onclick: () => show(app, token).catch(app.fail)},
		make('span', {class: 'row-name'}, nameOf(token)),
		isShown ? make('span', {class: 'row-mark'}, app.say('token_shown')) : null,
		make('span', {class: 'row-note'}, `${app.say('user_id')} ${token.userId}`)));
}

export function tokens(app) {
	return {title: app.say('tokens'), nodes: [
		paragraph(app.say('tokens_lead')),
		make('ul', {class: 'rows'}, ...app.data.tokens.map(token => row(app, token))),
		app.data.tokens.length < TOKENS_MAX ?
			paragraph(link('add', app.say('add'), {class: 'button'})) : paragraph(app.say('full')),
	]};
}

async function removeNow(app, token) {
	await app.store.remove(token.id);
	await app.read();
	app.replace('');
}

function sure(app, token) {
	return make('div', {class: 'notice bad', role: 'alertdialog', 'aria-labelledby': 'sure',
		tabindex: '-1'},
		make('h2', {id: 'sure'}, app.say('remove_sure', {name: nameOf(token)})),
		choice(app.say('remove_cancel'), () => app.replace(''), app.say('remove_go'),
			() => removeNow(app, token).catch(app.fail)));
}

export function remove(app) {
	const token = app.shown();
	const tick = make('input', {type: 'checkbox', id: 'understood'});
	const asked = form(app, {fields: [], submit: app.say('remove_go'), danger: true, act: () => {
		if (!tick.checked)
			throw new FormError(app.say('remove_not_understood'));
		const question = sure(app, token);
		asked.replaceWith(question);
		question.focus();
	}});

	asked.prepend(make('label', {class: 'tick'}, tick, app.say('remove_understood')));
	return {title: app.say('remove'), nodes: [
		paragraph(app.say('remove_lead', {name: nameOf(token)})),
		notice('', app.say('remove_revoke')),
		asked,
	]};
}
