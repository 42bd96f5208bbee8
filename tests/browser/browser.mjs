// SPDX-License-Identifier: GPL-2.0-only
//
// A real browser for the tests: Debian's Chromium, driven by playwright-core (build/browser, see
// tests/deps), in a profile and a home of its own that are gone afterwards.
//
//	const pc = await open({ p12, lang: 'en' });	a person's browser: pc.page, pc.context
//	await look(pc.page, 'sign-in');			screenshots, axe, width: test points
//	await finish(tests);				runs the tests, closes all, ends the process
//
// The console asks for a client certificate: playwright hands in p12, and speaks TLS with the server
// itself, which must prove itself to the stack's CA (NODE_EXTRA_CA_CERTS, see run.sh). Without p12 it is
// Chromium that speaks TLS and trusts that CA: so the phone app's service worker works as it does
// elsewhere. profile: a folder that keeps what the browser stores until it is opened again.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';

import { consoleUrl, root } from './stack.mjs';
import { bail, is, plan } from './tap.mjs';

const require = createRequire(`${root}build/browser/`);
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const shots = `${root}build/screenshots`;
const home = mkdtempSync(`${tmpdir()}/seikyo-browser.`);
const opened = [];
let shared;

process.on('exit', () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

export const locales = { ja: 'ja-JP', en: 'en-GB' };
export const widths = [1280, 360];

/* Chromium on Linux trusts what stands in the NSS database of its user's home. */
function trustCa() {
	const database = `${home}/.pki/nssdb`;

	if (existsSync(database))
		return;
	mkdirSync(database, { recursive: true });
	execFileSync('certutil', ['-d', `sql:${database}`, '-N', '--empty-password']);
	execFileSync('certutil', ['-d', `sql:${database}`, '-A', '-n', 'seikyo', '-t', 'C,,', '-i',
		process.env.SEIKYO_CA]);
}

function launchOptions() {
	const args = ['--disable-quic', '--no-first-run', '--disable-background-networking',
		'--disable-component-update', '--disable-sync', '--disable-gpu'];

	if (process.getuid() === 0)
		args.push('--no-sandbox');
	trustCa();
	return { executablePath: process.env.SEIKYO_CHROMIUM ?? '/usr/bin/chromium', args,
		env: { ...process.env, HOME: home, TZ: 'Asia/Tokyo' } };
}

/* One browser process for all who leave no profile behind. */
async function context(profile, options) {
	if (profile)
		return chromium.launchPersistentContext(profile, { ...launchOptions(), ...options });
	shared ??= await chromium.launch(launchOptions());
	return shared.newContext(options);
}

/*
 * A person's browser. lang: ja or en; width in pixels; javaScript: false turns it off; more: further
 * options of playwright's contexts. Gives {context, page, errors}: errors grows by each message that the
 * page leaves in the console, and by each exception.
 */
export async function open({ p12, lang = 'ja', width = 1280, javaScript = true, profile, more } = {}) {
	const options = { locale: locales[lang], viewport: { width, height: 800 },
		javaScriptEnabled: javaScript, timezoneId: 'Asia/Tokyo', ...more };
	const person = { errors: [] };

	if (p12)
		options.clientCertificates = [{ origin: new URL(consoleUrl).origin, pfxPath: p12,
			passphrase: process.env.SEIKYO_CLIENT_P12_PASSWORD }];
	person.context = await context(profile, options);
	person.context.setDefaultTimeout(15000);
	person.context.on('console', message => {
		if (message.type() === 'error' || message.type() === 'warning')
			person.errors.push(message.text());
	});
	person.context.on('weberror', error => person.errors.push(String(error.error())));
	person.page = person.context.pages()[0] ?? await person.context.newPage();
	opened.push(person);
	return person;
}

export async function close(person) {
	opened.splice(opened.indexOf(person), 1);
	await person.context.close();
}

/* What axe-core objects to, a line for each place; an empty list if it is content. */
export async function axe(page) {
	const found = await page.evaluate(`${axeSource}; axe.run(document, { resultTypes: ['violations'] })`);

	return found.violations.flatMap(violation => violation.nodes.map(node =>
		`${violation.id}: ${violation.help}: ${node.html.slice(0, 200)}`));
}

/* build/screenshots/NAME.png, the whole page. */
export async function shot(page, name) {
	mkdirSync(shots, { recursive: true });
	await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true, animations: 'disabled' });
}

/*
 * The page at each of the widths: a screenshot NAME-LANG-WIDTH.png, and no need to scroll sideways; at the
 * last one nothing for axe to object to. Without JavaScript there is no axe: pass scripts: false.
 */
export async function look(page, name, { at = widths, scripts = true } = {}) {
	const before = page.viewportSize();
	const lang = await page.locator('html').getAttribute('lang');

	for (const width of at) {
		const full = `${name}-${lang}-${width}`;

		await page.setViewportSize({ width, height: 800 });
		await shot(page, full);
		is(await page.evaluate('Math.max(0, document.documentElement.scrollWidth - innerWidth)'), 0,
			`${full}: nothing is wider than the screen`);
	}
	if (scripts)
		is(await axe(page), [], `${name}-${lang}: axe finds nothing`);
	await page.setViewportSize(before);
}

/* Everybody's complaints so far: to be compared with []. */
export function complaints() {
	return opened.flatMap(person => person.errors);
}

async function shotsOfAll() {
	let n = 0;

	for (const person of opened)
		for (const page of person.context.pages())
			await shot(page, `failed-${++n}`).catch(() => {});
}

/* Runs the tests, prints the plan and ends the process; an exception fails, and shows every open page. */
export async function finish(tests) {
	let status = 1;

	try {
		await tests();
		is(complaints(), [], 'no page complained in the browser\'s console');
		status = plan();
	} catch (error) {
		await shotsOfAll();
		bail(error);
	}
	for (const person of [...opened])
		await person.context.close().catch(() => {});
	await shared?.close().catch(() => {});
	process.exit(status);
}

