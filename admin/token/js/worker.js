/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers the service worker (sw.js), and tells when a new version waits. */

/* onWaiting(use): a new version is there; use() goes over to it. */
export async function registerWorker(onWaiting) {
	if (!('serviceWorker' in navigator))
		return;
	const registration = await navigator.serviceWorker.register('sw.js');
	const hadOne = navigator.serviceWorker.controller !== null;
	let isAsked = false;

	function tell() {
		if (hadOne && registration.waiting)
			onWaiting(() => {
				isAsked = true;
				registration.waiting.postMessage('use');
			});
	}

	function watch() {
		const coming = registration.installing;

		if (coming)
			coming.addEventListener('statechange', tell);
	}

	navigator.serviceWorker.addEventListener('controllerchange', () => {
		/* The pages of this app change over together: the files of two versions never meet. */
		if (hadOne || isAsked)
			location.reload();
	});
	registration.addEventListener('updatefound', watch);
	watch();
	tell();
}
