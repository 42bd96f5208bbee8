// SPDX-License-Identifier: GPL-2.0-only
//
// Test points, as tests/lib.sh has them: a failing one says what it got.

let points = 0;
let failures = 0;

function say(text) {
	process.stdout.write(`${text}\n`);
}

export function diag(text) {
	process.stderr.write(`${String(text).replace(/^/gm, '# ')}\n`);
}

function point(holds, name) {
	points++;
	if (!holds)
		failures++;
	say(`${holds ? 'ok' : 'not ok'} ${points} - ${name}`);
	return holds;
}

function show(value) {
	return typeof value === 'string' ? value : JSON.stringify(value);
}

function compare(holds, name, got, wanted) {
	if (!point(holds, name))
		diag(`got:    ${show(got)}\nwanted: ${show(wanted)}`);
	return holds;
}

/* Without a value there is nothing that could hold. */
export function ok(holds, name, got) {
	if (!point(holds === true, name))
		diag(`got:    ${show(got === undefined ? holds : got)}`);
	return holds === true;
}

/* Lists and objects are the same if they are written the same. */
export function is(got, wanted, name) {
	return compare(show(got) === show(wanted) && typeof got === typeof wanted, name, got, wanted);
}

export function isnt(got, unwanted, name) {
	return compare(show(got) !== show(unwanted), name, got, 'anything else');
}

export function like(got, pattern, name) {
	return compare(typeof got === 'string' && pattern.test(got), name, got, `a match of ${pattern}`);
}

export function unlike(got, pattern, name) {
	return compare(typeof got === 'string' && !pattern.test(got), name, got, `no match of ${pattern}`);
}

/* The last line; gives the exit status. */
export function plan() {
	if (points === 0)
		point(false, 'a test point was made');
	say(`1..${points}`);
	return failures === 0 ? 0 : 1;
}

export function bail(error) {
	say(`Bail out! ${String(error?.message ?? error).split('\n')[0]}`);
	diag(error?.stack ?? error);
}
