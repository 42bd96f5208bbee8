/* SPDX-License-Identifier: GPL-2.0-only */
/* The app: what is open, and which screen shows it. A screen gives {title, nodes, leave}. */

import * as clock from './clock.js';
import {button, link, make, notice, paragraph} from './dom.js';
import {beginKeys, openKeys} from './keys.js';
import {openStore, Refusal} from './store.js';
import {clockWarning, languageOf, speaker} from './text.js';
import {registerWorker} from './worker.js';
import {code} from './screens/code.js';
import {addDone, naming, setupDone} from './screens/done.js';
import {changePin, lock, unlock} from './screens/lock.js';
import {kept, settings} from './screens/settings.js';
import {setup} from './screens/setup.js';
import {remove, tokens} from './screens/tokens.js';

/* Out of sight for that long, the app locks itself. */
const LOCK_AFTER_MS = 60000;

/* Where each screen goes back to; those that need no token say so. */
const SCREENS = {
	'': {show: code},
	'setup': {show: setup, tokenless: true},
	'setup-done': {show: setupDone},
	'add': {show: setup, back: 'settings', tokenless: true},
	'add-done': {show: addDone},
	'name': {show: naming, back: 'settings'},
	'tokens': {show: tokens, back: ''},
	'remove': {show: remove, back: 'settings'},
	'settings': {show: settings, back: '', tokenless: true},
	'lock': {show: lock, back: 'settings', tokenless: true},
	'pin': {show: changePin, back: 'lock', tokenless: true},
	'kept': {show: kept, back: 'settings', tokenless: true},
};
const UNLOCK = {show: unlock};

const app = {
	store: null,
	keys: null,
	data: null,
	language: languageOf('', navigator.language),
	say: null,

	/* Seconds that the phone's clock is ahead; null: not known. */
	clockOff: null,
	useNewVersion: null,

	/* The token whose code is shown. */
	shown() {
		const {tokens: all, settings: {shown}} = app.data;

		return all.find(token => token.id === shown) || all[0];
	},

	/* Takes up what the store holds now. */
	async read() {
		await beginKeys(app.store);
		app.data = await app.store.read();
		app.keys.follow(app.data.key);
		speak(languageOf(app.data.settings.language, navigator.language));
	},

	go(route) {
		location.hash = `#/${route}`;
	},

	/* Goes on without leaving this screen in the history; said: a sentence about what was done. */
	replace(route, said = '') {
		history.replaceState(null, '', `#/${route}`);
		render(said);
	},

	lock() {
		app.keys.lock();
		app.replace('');
	},

	async unlocked() {
		await app.read();
		render();
	},

	fail(error) {
		const why = error instanceof Refusal ? 'changed' : 'failed';

		render(app.say(why));
		console.error(`seikyo token: ${error.name}`);
	},

	/* true: the browser keeps the tokens until the user removes them. */
	async askToStay() {
		if (!navigator.storage || !navigator.storage.persist)
			return false;
		return navigator.storage.persist();
	},

	async checkClock() {
		const off = await clock.ask();

		if (off === null || off === app.clockOff)
			return;
		app.clockOff = off;
		renderNotices();
	},
};

const header = document.querySelector('header');
const main = document.querySelector('main');
const notices = document.getElementById('notices');
let leave = null;

function speak(language) {
	app.language = language;
	app.say = speaker(language);
	document.documentElement.lang = language;
}

function routeNow() {
	const match = /^#\/([a-z-]*)$/.exec(location.hash);

	return match && Object.hasOwn(SCREENS, match[1]) ? match[1] : '';
}

/* The screen that may be shown now, for a route. */
function screenOf(route) {
	if (app.keys.isLocked())
		return UNLOCK;
	if (app.data.tokens.length === 0 && !SCREENS[route].tokenless)
		return SCREENS.setup;
	return SCREENS[route];
}

function renderHeader(screen) {
	const isHome = screen === SCREENS[''] || screen === SCREENS.setup;

	header.replaceChildren(make('p', {class: 'service'}, app.say('app')),
		make('nav', {'aria-label': app.say('app')},
			screen.back === undefined ? null : link(screen.back, app.say('back'), {class: 'back'}),
			isHome ? link('settings', app.say('settings')) : null));
}

function renderNotices() {
	notices.replaceChildren(
		...clock.isOff(app.clockOff) ?
			[notice(clockWarning(app.say, app.clockOff), app.say('clock_do'))] : [],
		...app.useNewVersion ? [notice(app.say('update'),
			button(app.say('update_go'), app.useNewVersion))] : []);
}

function render(said = '') {
	const screen = screenOf(routeNow());

	if (leave)
		leave();
	const shown = screen.show(app);
	leave = shown.leave || null;
	renderHeader(screen);
	renderNotices();
	const title = make('h1', {tabindex: '-1'}, shown.title);
	main.replaceChildren(title, make('p', {role: 'status', class: 'done'}, said),
		...shown.nodes.filter(node => node !== null));
	document.title = `${shown.title} - ${app.say('app')}`;
	title.focus();
}

/* Nothing can be stored here. */
function renderTrouble() {
	header.replaceChildren(make('p', {class: 'service'}, app.say('app')));
	const title = make('h1', {tabindex: '-1'}, app.say('trouble'));

	main.replaceChildren(title, paragraph(app.say('trouble_text')),
		paragraph(make('a', {href: 'check.html'}, app.say('check'))));
	title.focus();
}

/* Another window wrote: a form that is being filled in stays unless it has no meaning any more. */
async function followStore() {
	const was = {key: app.data.key.id, tokens: app.data.tokens.map(token => token.id).join()};

	await app.read();
	if (app.data.key.id !== was.key || app.data.tokens.map(token => token.id).join() !== was.tokens)
		render();
}

/* Locks once the app has been out of sight for long, also where timers stood still meanwhile. */
function lockWhenHidden() {
	let hiddenAt = null, timer = null;

	function lockNow() {
		if (app.data.key.kind === 'pin' && !app.keys.isLocked())
			app.lock();
	}

	document.addEventListener('visibilitychange', () => {
		clearTimeout(timer);
		if (document.hidden) {
			hiddenAt = Date.now();
			timer = setTimeout(lockNow, LOCK_AFTER_MS);
		} else if (hiddenAt !== null && Math.abs(Date.now() - hiddenAt) >= LOCK_AFTER_MS) {
			lockNow();
		}
	});
}

function checkClockOften() {
	const check = () => {
		if (!document.hidden && navigator.onLine)
			app.checkClock();
	};

	addEventListener('online', check);
	document.addEventListener('visibilitychange', check);
	check();
}

async function start() {
	speak(app.language);
	try {
		app.store = await openStore(() => followStore().catch(app.fail));
		app.keys = openKeys(app.store);
		await app.read();
	} catch {
		renderTrouble();
		return;
	}
	addEventListener('hashchange', () => render());
	lockWhenHidden();
	render();
	checkClockOften();
	await registerWorker(use => {
		app.useNewVersion = use;
		renderNotices();
	}).catch(() => {});
}

start();
