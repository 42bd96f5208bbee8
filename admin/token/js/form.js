/* SPDX-License-Identifier: GPL-2.0-only */
/* Forms: fields declared once with what reads them; what is wrong is said on top and at the field. */

import {button, make} from './dom.js';

/* Thrown by what a form does: a sentence for the user, and the field that it is about, if any. */
export class FormError extends Error {
	constructor(text, field = null) {
		super(text);
		this.name = 'FormError';
		this.field = field;
	}
}

function input(field) {
	return make('input', {
		id: field.name,
		type: field.secret ? 'password' : 'text',
		/* No browser stores what is marked so. */
		autocomplete: field.secret ? 'one-time-code' : 'off',
		autocapitalize: 'none',
		spellcheck: 'false',
		inputmode: field.digits ? 'numeric' : 'text',
		maxlength: '64',
		value: field.value,
		'aria-required': field.optional ? null : 'true',
		'aria-describedby': field.hint ? `${field.name}-hint` : null,
	});
}

/* A line that shows what is typed into these secret inputs. */
function shower(app, inputs) {
	return make('label', {class: 'tick'},
		make('input', {type: 'checkbox', onchange: event => {
			for (const one of inputs)
				one.type = event.target.checked ? 'text' : 'password';
		}}), app.say('show_typed'));
}

function row(field, element) {
	return make('div', {class: 'field'},
		make('label', {for: field.name}, field.label),
		field.hint ? make('p', {class: 'hint', id: `${field.name}-hint`}, field.hint) : null,
		element);
}

function setOrRemove(element, name, value) {
	if (value === '')
		element.removeAttribute(name);
	else
		element.setAttribute(name, value);
}

/* The field's error, below its label; text null: none. */
function mark(field, element, text) {
	const id = `${field.name}-error`;
	const described = [field.hint ? `${field.name}-hint` : '', text === null ? '' : id];
	const old = document.getElementById(id);

	if (old)
		old.remove();
	if (text !== null)
		element.before(make('p', {class: 'error', id}, text));
	setOrRemove(element, 'aria-invalid', text === null ? '' : 'true');
	setOrRemove(element, 'aria-describedby', described.join(' ').trim());
}

/* What is wrong, each with a link to its field. */
function summary(app, errors, inputs) {
	const item = ({text, field}) => make('li', {}, field === null ? text :
		make('a', {href: `#${field}`, onclick: event => {
			event.preventDefault();
			inputs.get(field).focus();
		}}, text));

	return make('div', {class: 'errors', role: 'alert', tabindex: '-1'},
		make('h2', {}, app.say('wrong_input')),
		make('ul', {}, ...errors.map(item)));
}

/*
 * fields: {name, label, read (text => value, or null if it will not do), wrong (what to say then), hint,
 * secret, digits, optional, value}. act(values) does the work; a FormError that it throws is shown,
 * anything else goes to app.fail. danger: what it does cannot be taken back.
 */
export function form(app, {fields, submit, act, danger = false}) {
	const inputs = new Map(fields.map(field => [field.name, input(field)]));
	const secret = fields.filter(field => field.secret).map(field => inputs.get(field.name));
	const top = make('div');
	const go = make('button', {type: 'submit', class: danger ? 'danger wide' : 'primary'},
		submit);
	let busy = false;

	function complain(errors) {
		for (const field of fields) {
			const error = errors.find(one => one.field === field.name);
			mark(field, inputs.get(field.name), error ? error.text : null);
		}
		top.replaceChildren(...errors.length > 0 ? [summary(app, errors, inputs)] : []);
		if (errors.length > 0)
			top.firstChild.focus();
	}

	function setBusy(value) {
		busy = value;
		go.setAttribute('aria-disabled', String(value));
		go.textContent = value ? app.say('one_moment') : submit;
	}

	async function run(values) {
		setBusy(true);
		try {
			await act(values);
		} catch (error) {
			if (error instanceof FormError)
				complain([{text: error.message, field: error.field}]);
			else
				app.fail(error);
		} finally {
			setBusy(false);
		}
	}

	function submitted(event) {
		event.preventDefault();
		if (busy)
			return;
		const values = {}, errors = [];
		for (const field of fields) {
			values[field.name] = field.read(inputs.get(field.name).value);
			if (values[field.name] === null)
				errors.push({text: field.wrong, field: field.name});
		}
		complain(errors);
		if (errors.length === 0)
			run(values);
	}

	return make('form', {novalidate: true, autocomplete: 'off', onsubmit: submitted}, top,
		...fields.map(field => row(field, inputs.get(field.name))),
		secret.length > 0 ? shower(app, secret) : null,
		make('div', {class: 'buttons'}, go));
}

/* Two buttons: a step that cannot be taken back, and the way out, which comes first by keyboard. */
export function choice(no, onNo, yes, onYes) {
	return make('div', {class: 'buttons'}, button(no, onNo),
		button(yes, onYes, {class: 'danger'}));
}
