/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The service worker: the app without a network. It keeps the app's own files, all of one version, and
 * answers for them alone; everything else, the install first of all, goes to the network untouched. A
 * new version is fetched whole, waits until the user goes over to it or the app is closed, and only
 * then are the files of the old one removed.
 */

/* The digest over the files below (tests/token/version prints it): another version, another cache. */
const VERSION = '2aaa138c6dc07d98';
const PREFIX = 'seikyo-token-';
const CACHE = PREFIX + VERSION;

const FILES = [
	'./',
	'app.css',
	'check.html',
	'icons/icon.svg',
	'icons/icon-180.png',
	'icons/icon-192.png',
	'icons/icon-512.png',
	'icons/icon-maskable-512.png',
	'js/app.js',
	'js/base32.js',
	'js/check.js',
	'js/clock.js',
	'js/delay.js',
	'js/device.js',
	'js/dom.js',
	'js/form.js',
	'js/install.js',
	'js/keys.js',
	'js/names.js',
	'js/screens/code.js',
	'js/screens/done.js',
	'js/screens/lock.js',
	'js/screens/settings.js',
	'js/screens/setup.js',
	'js/screens/tokens.js',
	'js/store.js',
	'js/text.js',
	'js/text/en.js',
	'js/text/ja.js',
	'js/totp.js',
	'js/typed.js',
	'js/vault.js',
	'js/worker.js',
	'manifest.webmanifest',
];

const scope = new URL('./', self.location);
const known = new Set(FILES.map(file => new URL(file, scope).pathname));

async function fetchAll() {
	const cache = await caches.open(CACHE);

	await cache.addAll(FILES.map(file => new Request(new URL(file, scope),
		{cache: 'reload', credentials: 'omit', redirect: 'error'})));
}

async function removeOld() {
	for (const name of await caches.keys()) {
		if (name.startsWith(PREFIX) && name !== CACHE)
			await caches.delete(name);
	}
	await self.clients.claim();
}

/* What the cache holds, whatever stands behind a '?'; the network if the browser has emptied it. */
async function answer(request, path) {
	const cache = await caches.open(CACHE);

	return await cache.match(path) || fetch(request);
}

self.addEventListener('install', event => event.waitUntil(fetchAll()));

self.addEventListener('activate', event => event.waitUntil(removeOld()));

self.addEventListener('message', event => {
	if (event.data === 'use')
		self.skipWaiting();
});

self.addEventListener('fetch', event => {
	const url = new URL(event.request.url);
	const path = url.pathname === new URL('index.html', scope).pathname ? scope.pathname : url.pathname;

	if (event.request.method === 'GET' && url.origin === scope.origin && known.has(path))
		event.respondWith(answer(event.request, path));
});
