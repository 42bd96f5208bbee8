/* SPDX-License-Identifier: GPL-2.0-only */
/* 「初期設定」 and 「トークン追加」: service ID, user ID and start password give a token. */

import {link, notice, paragraph} from '../dom.js';
import {form, FormError} from '../form.js';
import {install, InstallError} from '../install.js';
import {Refusal, TOKENS_MAX} from '../store.js';
import {newId} from '../vault.js';
import * as typed from '../typed.js';

const SENTENCES = {offline: 'install_offline', lost: 'install_lost', answer: 'install_answer'};

function sentence(app, error) {
	if (error.why === 'refused')
		return error.texts[app.language] || app.say('install_refused');
	return app.say(SENTENCES[error.why]);
}

/* Past this point the start password is used up: what fails now means a new issue. */
async function keep(app, values, {bytes, ...parameters}) {
	const token = {id: newId(), userId: values.user_id, serviceId: values.service_id, ...parameters};

	try {
		return await app.keys.keep(token, bytes);
	} catch (error) {
		if (error instanceof Refusal && error.why === 'full')
			throw new FormError(app.say('full'));
		throw new FormError(app.say('install_not_kept'));
	}
}

async function send(app, values) {
	let answer;

	/* Another window may have filled it up, or locked it, meanwhile. */
	await app.read();
	if (app.keys.isLocked())
		return app.go('');
	if (app.data.tokens.length >= TOKENS_MAX)
		throw new FormError(app.say('full'));
	try {
		answer = await install({serviceId: values.service_id, userId: values.user_id,
			startPassword: values.start_password});
	} catch (error) {
		if (error instanceof InstallError)
			throw new FormError(sentence(app, error));
		throw error;
	}
	const first = app.data.tokens.length === 0;
	await keep(app, values, answer);
	await app.read();
	app.kept = await app.askToStay();
	app.checkClock();
	return app.replace(first ? 'setup-done' : 'add-done');
}

function fields(app) {
	return [
		{name: 'service_id', label: app.say('service_id'), hint: app.say('service_id_hint'),
			read: typed.serviceId, wrong: app.say('service_id_wrong')},
		{name: 'user_id', label: app.say('user_id'), hint: app.say('user_id_hint'), digits: true,
			read: typed.userId, wrong: app.say('user_id_wrong')},
		{name: 'start_password', label: app.say('start_password'), digits: true, secret: true,
			hint: app.say('start_password_hint'), read: typed.startPassword,
			wrong: app.say('start_password_wrong')},
	];
}

/* Only Apple's browsers say so: there, what is stored in the browser and on the home screen differs. */
function isBeforeHomeScreen() {
	return navigator.standalone === false;
}

export function setup(app) {
	const title = app.say(app.data.tokens.length === 0 ? 'setup' : 'add');

	if (app.data.tokens.length >= TOKENS_MAX)
		return {title, nodes: [notice('', app.say('full'))]};
	return {title, nodes: [
		isBeforeHomeScreen() ? notice(app.say('home_first'), app.say('home_first_text')) :
			null,
		paragraph(app.say('setup_lead')),
		form(app, {fields: fields(app), submit: app.say('send'), act: values => send(app, values)}),
		paragraph(link('', app.say('check_link'), {href: 'check.html'})),
	]};
}
