/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The on-screen keyboard of password fields. Where a field says data-keyboard="all" or "digits", a button below
 * it opens the keys, which lie in another order each time. All words come from the field's data-open, -letters,
 * -digits, -symbols, -shift, -delete, -space, -close and -typed (%d: how many characters stand there).
 */
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const DIGITS = [...'0123456789'];
const SYMBOLS = [...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'];

/* Uniform below limit: a value in the last, incomplete round is drawn again. */
function random(limit) {
	const end = 256 - (256 % limit);
	const byte = new Uint8Array(1);

	do {
		crypto.getRandomValues(byte);
	} while (byte[0] >= end);
	return byte[0] % limit;
}

function shuffled(keys) {
	const result = [...keys];

	for (let i = result.length - 1; i > 0; i--) {
		const j = random(i + 1);

		[result[i], result[j]] = [result[j], result[i]];
	}
	return result;
}

function button(text, action) {
	const made = document.createElement('button');

	made.type = 'button';
	made.textContent = text;
	made.addEventListener('click', action);
	return made;
}

class Keyboard {
	constructor(field) {
		this.field = field;
		this.words = field.dataset;
		this.panel = document.createElement('div');
		this.panel.id = `${field.id}-keyboard`;
		this.panel.className = 'keyboard';
		this.panel.hidden = true;
		this.panel.setAttribute('role', 'group');
		this.panel.setAttribute('aria-label', this.words.open);
		this.panel.addEventListener('keydown', event => this.move(event));
		this.status = document.createElement('p');
		this.status.className = 'unseen';
		this.status.setAttribute('role', 'status');
		this.opener = button(this.words.open, () => (this.panel.hidden ? this.open() : this.close()));
		this.opener.setAttribute('aria-expanded', 'false');
		this.opener.setAttribute('aria-controls', this.panel.id);
		field.after(this.opener, this.panel, this.status);
	}

	open() {
		this.fill();
		this.panel.hidden = false;
		this.opener.setAttribute('aria-expanded', 'true');
		this.keys()[0].focus();
	}

	close() {
		this.panel.hidden = true;
		this.panel.replaceChildren();
		this.opener.setAttribute('aria-expanded', 'false');
		this.opener.focus();
	}

	fill() {
		const controls = this.group(null, [
			button(this.words.delete, () => this.erase()),
			button(this.words.close, () => this.close()),
		]);

		controls.className = 'control';
		this.panel.replaceChildren(this.group(this.words.digits, this.characters(DIGITS)));
		if (this.words.keyboard === 'all') {
			this.letters = this.characters(LETTERS);
			this.panel.append(this.group(this.words.letters, this.letters));
			this.panel.append(this.group(this.words.symbols, this.characters(SYMBOLS)));
			controls.prepend(this.shift(), button(this.words.space, () => this.enter(' ')));
		}
		this.panel.append(controls);
		/* One stop for the Tab key; from there the arrows lead on. */
		this.keys().forEach((key, i) => (key.tabIndex = i ? -1 : 0));
	}

	group(label, keys) {
		const made = document.createElement('div');

		if (label) {
			made.setAttribute('role', 'group');
			made.setAttribute('aria-label', label);
		}
		made.append(...keys);
		return made;
	}

	characters(set) {
		return shuffled(set).map(character =>
			button(character, event => this.enter(event.currentTarget.textContent)));
	}

	shift() {
		const made = button(this.words.shift, () => {
			const on = made.getAttribute('aria-pressed') !== 'true';

			made.setAttribute('aria-pressed', String(on));
			for (const key of this.letters)
				key.textContent = on ? key.textContent.toUpperCase() : key.textContent.toLowerCase();
		});

		made.setAttribute('aria-pressed', 'false');
		return made;
	}

	enter(text) {
		const { selectionStart: from, selectionEnd: to } = this.field;

		this.replace(text, from, to);
	}

	/* What is selected, else the character before. */
	erase() {
		const { selectionStart: from, selectionEnd: to } = this.field;

		this.replace('', from === to ? Math.max(0, from - 1) : from, to);
	}

	/* As a key of a real keyboard does; the field's limit holds here, too. */
	replace(text, from, to) {
		const { field } = this;
		const length = field.value.length - (to - from) + text.length;

		if (field.maxLength >= 0 && length > field.maxLength)
			return;
		field.setRangeText(text, from, to, 'end');
		field.dispatchEvent(new Event('input', { bubbles: true }));
		this.status.textContent = this.words.typed.replace('%d', this.field.value.length);
	}

	keys() {
		return [...this.panel.querySelectorAll('button')];
	}

	/* Arrows go from key to key, Escape closes. */
	move(event) {
		const keys = this.keys();
		const at = keys.indexOf(document.activeElement);
		const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: keys.length - 1 }[event.key];

		if (event.key === 'Escape') {
			event.preventDefault();
			this.close();
		} else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
			event.preventDefault();
			this.go(keys, at, this.beyond(keys, at, event.key === 'ArrowDown' ? 1 : -1));
		} else if (to !== undefined) {
			event.preventDefault();
			this.go(keys, at, (to + keys.length) % keys.length);
		}
	}

	/* The nearest key of the next line, in the direction given; the same key where there is none. */
	beyond(keys, at, direction) {
		const boxes = keys.map(key => key.getBoundingClientRect());
		const { top, left } = boxes[at];
		const lines = boxes.map(box => (box.top - top) * direction).filter(distance => distance > 1);
		const nearest = Math.min(...lines);
		let best = at;

		boxes.forEach((box, i) => {
			if (Math.abs((box.top - top) * direction - nearest) <= 1 &&
			    (best === at || Math.abs(box.left - left) < Math.abs(boxes[best].left - left)))
				best = i;
		});
		return best;
	}

	go(keys, from, to) {
		keys[from].tabIndex = -1;
		keys[to].tabIndex = 0;
		keys[to].focus();
	}
}

for (const field of document.querySelectorAll('input[data-keyboard]'))
	new Keyboard(field);
