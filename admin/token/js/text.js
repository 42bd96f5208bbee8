/* SPDX-License-Identifier: GPL-2.0-only */
/* What the app says, in the user's language. */

import ja from './text/ja.js';
import en from './text/en.js';

const LANGUAGES = {ja, en};

/* The language that was chosen, else the browser's, else English. */
export function languageOf(chosen, browser) {
	if (Object.hasOwn(LANGUAGES, chosen))
		return chosen;
	return /^ja\b/i.test(browser || '') ? 'ja' : 'en';
}

export function otherLanguage(language) {
	return language === 'ja' ? 'en' : 'ja';
}

/* A function that gives the sentence of that name, with {words} in braces replaced by values. */
export function speaker(language) {
	return (name, values = {}) => LANGUAGES[language][name].replace(/\{(\w+)\}/g,
		(whole, word) => values[word]);
}

/* "2 min 5 s" */
export function duration(say, seconds) {
	if (seconds < 60)
		return say('seconds_only', {seconds});
	return say('minutes_seconds', {minutes: Math.floor(seconds / 60), seconds: seconds % 60});
}

const UNITS = [[86400, 'clock_days'], [3600, 'clock_hours'], [60, 'clock_minutes'],
	[1, 'clock_seconds']];

/* How far a clock is off, in the unit that people would take. */
function offBy(say, seconds) {
	const [length, name] = UNITS.find(([size]) => seconds >= size * 1.5 || size === 1);

	return say(name, {number: Math.round(seconds / length)});
}

/* The warning's title for a clock that is that many seconds ahead (negative: behind). */
export function clockWarning(say, seconds) {
	return say(seconds > 0 ? 'clock_ahead' : 'clock_behind',
		{off: offBy(say, Math.abs(seconds))});
}
