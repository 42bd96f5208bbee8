/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What makes the pages nicer where there is JavaScript; every page works without it. Words come from the page:
 *
 *	input[data-digits-only]		full-width digits become half-width while they are typed
 *	label[data-all=NAME][hidden]	its check box selects all check boxes of that name
 *	p[data-chosen=NAME][hidden]	says in data-text how many (%d) of them are selected
 *	button[data-copy=ID][hidden]	copies that element's text; then reads data-done for a while
 */

/* A form is sent once, however often its button is pressed; after the back button it can be sent again. */
function sendOnce(form) {
	const buttons = [...form.querySelectorAll('button:not([type="button"])')];
	const mark = sent => buttons.forEach(button =>
		sent ? button.setAttribute('aria-disabled', 'true') : button.removeAttribute('aria-disabled'));
	let sent = false;

	form.addEventListener('submit', event => {
		if (sent)
			event.preventDefault();
		sent = true;
		mark(true);
	});
	addEventListener('pageshow', () => {
		sent = false;
		mark(false);
	});
}

function halfWidth(text) {
	return text.replace(/[０-９]/g, digit => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
}

/* Not while an input method still shows its own choice. */
function takeDigits(field) {
	const take = () => {
		const at = field.selectionStart;
		const text = halfWidth(field.value);

		if (text !== field.value) {
			field.value = text;
			field.setSelectionRange(at, at);
		}
	};

	field.addEventListener('input', event => event.isComposing || take());
	field.addEventListener('compositionend', take);
}

function boxes(name) {
	return [...document.querySelectorAll(`input[type="checkbox"][name="${name}"]`)];
}

function selectAll(label) {
	const all = label.querySelector('input');
	const users = boxes(label.dataset.all);
	const show = () => {
		const chosen = users.filter(box => box.checked).length;

		all.checked = chosen > 0 && chosen === users.length;
		all.indeterminate = chosen > 0 && chosen < users.length;
	};

	label.hidden = users.length < 2;
	all.addEventListener('change', () => {
		for (const box of users)
			box.checked = all.checked;
		/* Only once: whoever counts looks at all of them. */
		users[0]?.dispatchEvent(new Event('change', { bubbles: true }));
	});
	users.forEach(box => box.addEventListener('change', show));
	addEventListener('pageshow', show);
}

function countChosen(line) {
	const users = boxes(line.dataset.chosen);
	const show = () => {
		line.textContent = line.dataset.text.replace('%d', users.filter(box => box.checked).length);
	};

	line.hidden = users.length === 0;
	users.forEach(box => box.addEventListener('change', show));
	addEventListener('pageshow', show);
}

function copyOnClick(button) {
	const { textContent: text, ariaLabel: label } = button;

	if (!navigator.clipboard)
		return;
	button.hidden = false;
	button.addEventListener('click', async () => {
		await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
		button.textContent = button.dataset.done;
		button.ariaLabel = `${label}: ${button.dataset.done}`;
	});
	button.addEventListener('blur', () => {
		button.textContent = text;
		button.ariaLabel = label;
	});
}

document.querySelectorAll('form[method="post"]').forEach(sendOnce);
document.querySelectorAll('input[data-digits-only]').forEach(takeDigits);
document.querySelectorAll('label[data-all]').forEach(selectAll);
document.querySelectorAll('p[data-chosen]').forEach(countChosen);
document.querySelectorAll('button[data-copy]').forEach(copyOnClick);
document.querySelector('[aria-invalid="true"]')?.focus();
