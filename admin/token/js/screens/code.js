/* SPDX-License-Identifier: GPL-2.0-only */
/* The code: large, with the time that is left; a tap copies it. */

import {link, make, paragraph, svg} from '../dom.js';
import {nameOf} from '../names.js';
import {codeAt, grouped, secondsLeft, stepAt} from '../totp.js';

/* Seconds before the end from which on the ring warns. */
const SOON = 10;

/* The ring empties as the code's time runs out; it turns clockwise from the top. */
function ring(period) {
	const circle = extra => svg('circle', {cx: 32, cy: 32, r: 28, pathLength: period, ...extra});
	const rest = circle({class: 'ring-rest', transform: 'rotate(-90 32 32)'});

	return {
		image: svg('svg', {viewBox: '0 0 64 64', class: 'ring', 'aria-hidden': 'true'},
			circle({class: 'ring-whole'}), rest),
		show(left) {
			rest.setAttribute('stroke-dasharray', `${left} ${period}`);
		},
	};
}

function timer(app, period) {
	const circle = ring(period);
	const number = make('span', {class: 'left-number'});
	const box = make('div', {class: 'left', role: 'timer'}, circle.image, make('span',
		{class: 'left-text', 'aria-hidden': 'true'}, number, make('small', {}, app.say('seconds'))));

	return {
		box,
		show(left) {
			circle.show(left);
			number.textContent = String(left);
			box.setAttribute('aria-label', app.say('left', {left}));
			box.classList.toggle('soon', left <= SOON);
		},
	};
}

/* In two halves; each digit by itself, so that a screen reader says digits and no large number. */
function digitsOf(code) {
	return Array.from(grouped(code), digit =>
		digit === ' ' ? make('span', {class: 'gap'}) : make('span', {}, digit));
}

function codeButton(app, said) {
	const digits = make('span', {class: 'digits'});
	const box = make('button', {type: 'button', class: 'code', onclick: copy}, digits,
		make('span', {class: 'unseen'}, app.say('copy')));
	let code = '';

	async function copy() {
		const copied = code;

		if (copied === '')
			return;
		try {
			await navigator.clipboard.writeText(copied);
			said.textContent = app.say('copied');
		} catch {
			said.textContent = app.say('not_copied');
		}
	}

	return {
		box,
		show(next) {
			code = next;
			digits.replaceChildren(...digitsOf(code));
		},
	};
}

/*
 * Shows the code of the present step, and of no other: it goes before the next one is computed, and
 * while nobody looks. Gives {stop}.
 */
function run(app, token, code, time, said) {
	let shown = null, waiting = null, stopped = false;

	function hide() {
		clearTimeout(waiting);
		code.show('');
		shown = null;
	}

	async function compute(step) {
		const first = shown === null;

		shown = step;
		code.show('');
		const text = await codeAt(await app.keys.hmac(token), step, token.digits);
		if (stopped || shown !== step || stepAt(Date.now(), token.period) !== step)
			return;
		code.show(text);
		said.textContent = first ? '' : app.say('code_changed');
	}

	function fail() {
		if (stopped)
			return;
		said.textContent = app.say('code_failed');
	}

	function tick() {
		const now = Date.now();
		const step = stepAt(now, token.period);

		clearTimeout(waiting);
		time.show(secondsLeft(now, token.period));
		if (step !== shown)
			compute(step).catch(fail);
		waiting = setTimeout(tick, 1000 - now % 1000);
	}

	function look() {
		if (document.hidden)
			hide();
		else
			tick();
	}

	document.addEventListener('visibilitychange', look);
	look();
	return () => {
		stopped = true;
		hide();
		document.removeEventListener('visibilitychange', look);
	};
}

export function code(app) {
	const token = app.shown();
	const said = make('p', {class: 'said', role: 'status'});
	const shownCode = codeButton(app, said);
	const time = timer(app, token.period);
	const leave = run(app, token, shownCode, time, said);

	return {title: nameOf(token), leave, nodes: [
		make('section', {class: 'card token', 'aria-label': app.say('code_label')},
			paragraph(app.say('code_label'), {class: 'label'}),
			shownCode.box,
			paragraph(app.say('copy_hint'), {class: 'hint'}),
			time.box,
			said),
		app.data.tokens.length > 1 ?
			paragraph(link('tokens', app.say('tokens'), {class: 'button wide'})) : null,
	]};
}
