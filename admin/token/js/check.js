/* SPDX-License-Identifier: GPL-2.0-only */
/* The page that customers open before the setup, to see whether their phone will do. */

import {checkDevice, verdict} from './device.js';
import {button, make, paragraph} from './dom.js';
import {languageOf, otherLanguage, speaker} from './text.js';

const header = document.querySelector('header');
const main = document.querySelector('main');
const MARKS = {yes: '○', care: '△', no: '×'};
const STATES = {yes: 'check_yes', care: 'check_care', no: 'check_no'};

function row(say, {name, state, text}) {
	return make('li', {class: `result result-${state}`},
		make('span', {class: 'mark', 'aria-hidden': 'true'}, MARKS[state]),
		make('div', {}, make('h2', {}, `${say(name)}: `, make('span', {}, say(STATES[state]))),
			paragraph(text(say))));
}

function render(language, results) {
	const say = speaker(language);
	const other = otherLanguage(language);
	const outcome = results === null ? 'check_running' : verdict(results);

	document.documentElement.lang = language;
	document.title = `${say('check_title')} - ${say('app')}`;
	header.replaceChildren(make('p', {class: 'service'}, say('app')),
		make('nav', {'aria-label': say('language')}, button(say('other_language'),
			() => render(other, results), {lang: other})));
	main.replaceChildren(make('h1', {}, say('check_title')), paragraph(say('check_lead')),
		make('p', {class: `verdict ${outcome}`, role: 'status'}, say(outcome)),
		make('ul', {class: 'results'}, ...(results || []).map(one => row(say, one))),
		paragraph(make('a', {href: './', class: 'button'}, say('check_open'))));
}

async function start() {
	const language = languageOf('', navigator.language);

	render(language, null);
	render(document.documentElement.lang, await checkDevice());
}

start();
