/* SPDX-License-Identifier: GPL-2.0-only */
/* Elements, made without markup in text: whatever a text holds, it stays text. */

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
	for (const [name, value] of Object.entries(attributes)) {
		if (name.startsWith('on'))
			element.addEventListener(name.slice(2), value);
		else if (value === true)
			element.setAttribute(name, '');
		else if (value !== false && value !== undefined && value !== null)
			element.setAttribute(name, value);
	}
	element.append(...children.filter(child => child !== null));
	return element;
}

/* Attributes by name; onclick and the like are listeners; false, null: not set. */
export function make(tag, attributes = {}, ...children) {
	return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
	return fill(document.createElementNS(SVG, tag), attributes, children);
}

export function paragraph(text, attributes = {}) {
	return make('p', attributes, text);
}

export function link(route, text, attributes = {}) {
	return make('a', {href: `#/${route}`, ...attributes}, text);
}

export function button(text, onclick, attributes = {}) {
	return make('button', {type: 'button', onclick, ...attributes}, text);
}

/* A box that asks for attention; title '': none. */
export function notice(title, ...texts) {
	return make('section', {class: 'notice warn'}, title === '' ? null : make('h2', {}, title),
		...texts.map(text => typeof text === 'string' ? paragraph(text) : text));
}
