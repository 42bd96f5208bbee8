/* SPDX-License-Identifier: GPL-2.0-only */
/* 「アプリロック」: off, or a PIN; and the screen that asks for it. */

import {button, make, notice, paragraph} from '../dom.js';
import {choice, form, FormError} from '../form.js';
import {Wait} from '../keys.js';
import {duration} from '../text.js';
import {pin, typedPin} from '../typed.js';

function pinField(app, name, label) {
	return {name, label: app.say(label), digits: true, secret: true, read: typedPin,
		wrong: app.say('pin_typed_wrong')};
}

function newPinField(app) {
	return {name: 'pin', label: app.say('pin_new'), hint: app.say('pin_hint'), digits: true,
		secret: true, read: pin, wrong: app.say('pin_wrong_form')};
}

/* Does what takes the PIN; the wrong one, or a wait, is said at the field. */
async function withPin(app, act, field) {
	let isRight;

	try {
		isRight = await act();
	} catch (error) {
		if (error instanceof Wait)
			throw new FormError(app.say('pin_wait', {left: duration(app.say, error.seconds)}));
		throw error;
	}
	if (!isRight)
		throw new FormError(app.say('pin_wrong'), field);
}

async function turnOn(app, values) {
	if (values.pin !== values.again)
		throw new FormError(app.say('pin_differs'), 'again');
	await app.keys.turnOn(values.pin);
	await app.read();
	app.replace('lock', app.say('lock_on_done'));
}

async function turnOff(app, values) {
	await withPin(app, () => app.keys.turnOff(values.pin), 'pin');
	await app.read();
	app.replace('lock', app.say('lock_off_done'));
}

function onForm(app) {
	return form(app, {fields: [newPinField(app), pinField(app, 'again', 'pin_again')],
		submit: app.say('lock_turn_on'), act: values => turnOn(app, values)});
}

function offForm(app) {
	return form(app, {fields: [pinField(app, 'pin', 'pin_now')], submit: app.say('lock_turn_off'),
		act: values => turnOff(app, values)});
}

export function lock(app) {
	const isOn = app.data.key.kind === 'pin';

	return {title: app.say('lock'), nodes: [
		make('dl', {class: 'facts'}, make('div', {}, make('dt', {}, app.say('lock')),
			make('dd', {}, app.say(isOn ? 'lock_is_on' : 'lock_is_off')))),
		...isOn ? [offForm(app), make('p', {}, make('a', {href: '#/pin'}, app.say('lock_change')))] :
			[paragraph(app.say('lock_lead')), notice('', app.say('lock_forget')), onForm(app)],
	]};
}

/* The PIN that holds is proved again: whoever finds the app open shall not lock its owner out. */
async function change(app, values) {
	if (values.pin !== values.again)
		throw new FormError(app.say('pin_differs'), 'again');
	await withPin(app, () => app.keys.unlock(values.now), 'now');
	await app.keys.turnOn(values.pin);
	await app.read();
	app.replace('lock', app.say('lock_on_done'));
}

export function changePin(app) {
	return {title: app.say('lock_change'), nodes: [
		form(app, {fields: [pinField(app, 'now', 'pin_now'), newPinField(app),
			pinField(app, 'again', 'pin_again')],
		submit: app.say('lock_change'), act: values => change(app, values)}),
	]};
}

async function forgetAll(app) {
	await app.store.clear();
	await app.read();
	app.replace('');
}

/* Where the PIN is forgotten: all goes, asked twice. */
function forgotten(app) {
	const box = make('details', {class: 'forgotten'});
	const sure = () => {
		const question = make('div', {class: 'notice bad', role: 'alertdialog', tabindex: '-1',
			'aria-labelledby': 'sure'},
			make('h2', {id: 'sure'}, app.say('forget_sure')),
			paragraph(app.say('remove_revoke')),
			choice(app.say('remove_cancel'), () => app.replace(''), app.say('forget_go'),
				() => forgetAll(app).catch(app.fail)));

		box.replaceChildren(box.firstChild, question);
		question.focus();
	};

	box.append(make('summary', {}, app.say('pin_forgotten')), paragraph(app.say('forget_lead')),
		make('div', {class: 'buttons'}, button(app.say('forget_go'), sure, {class: 'danger'})));
	return box;
}

/* Counts the wait down, and gives way to the form when it is over. */
function countDown(app, box, ready) {
	let timer = null;

	function tick() {
		const seconds = app.keys.wait(app.data);

		clearTimeout(timer);
		if (seconds === 0) {
			box.replaceChildren(ready());
			return;
		}
		box.replaceChildren(notice('', app.say('pin_wait', {left: duration(app.say, seconds)})));
		timer = setTimeout(tick, 1000);
	}

	return {tick, stop: () => clearTimeout(timer)};
}

export function unlock(app) {
	const box = make('div');
	const counting = countDown(app, box, () => form(app, {
		fields: [pinField(app, 'pin', 'pin')], submit: app.say('unlock_go'), act: tryPin}));

	async function tryPin(values) {
		try {
			await withPin(app, () => app.keys.unlock(values.pin), 'pin');
			await app.unlocked();
		} catch (error) {
			await app.read();
			if (!(error instanceof FormError) || app.keys.wait(app.data) === 0)
				throw error;
			counting.tick();
		}
	}

	counting.tick();
	return {title: app.say('unlock'), leave: counting.stop, nodes: [
		paragraph(app.say('unlock_lead')), box, forgotten(app)]};
}
