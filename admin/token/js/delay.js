/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wrong PINs slow down. Only their number is kept (in the store, raised before a PIN is tried); the
 * wait is counted while the app is open, by a clock that nobody can set, and begins anew with each
 * start of the app. So neither a restart nor a changed date makes it shorter.
 */

/* Seconds to wait after that many wrong PINs in a row. */
const WAITS = [0, 0, 0, 30, 60, 300];
const WAIT_MAX = 900;

export function waitAfter(failures) {
	return failures < WAITS.length ? WAITS[failures] : WAIT_MAX;
}

/* now: a function that gives milliseconds which only ever rise (performance.now). */
export function startWaiting(now) {
	let counted = -1, since = 0;

	return {
		/*
		 * Whole seconds still to wait, 0: a PIN may be tried. Where the number is another than the
		 * last time (a wrong PIN here or in another window), the wait begins now.
		 */
		left(failures) {
			if (failures !== counted) {
				counted = failures;
				since = now();
			}
			return Math.max(0, Math.ceil(waitAfter(failures) - (now() - since) / 1000));
		},
	};
}
