//! The service worker: keeps the shell of the pages (their styles and scripts) and the page that is
//! shown without a network. It never keeps what is of one person: no page but `/offline`, which is
//! rendered for nobody, and no answer of the API.

/// <reference lib="webworker" />

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** Changes with the files that it keeps. */
const CACHE = `shell-${"assets-version"}`;
const OFFLINE = "/offline";
/** Extensions of what belongs to the shell. */
const SHELL = /\.(?:css|js|svg)$/;

/** Keeps the offline page and what it refers to. File names carry hashes, so the page is asked. */
async function install() {
  const cache = await caches.open(CACHE);
  const page = await fetch(OFFLINE, { cache: "reload", credentials: "omit" });
  if (!page.ok) throw new Error(`${OFFLINE}: ${page.status}`);
  const html = await page.clone().text();
  const links = [...html.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map((match) => match[1] ?? "");
  const shell = links.filter((link) => SHELL.test(link));
  await Promise.all([cache.put(OFFLINE, page), cache.addAll(shell)]);
}

/** Removes what earlier versions kept. */
async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** A page: from the network, or the one that says that there is none. @param {Request} request */
async function page(request) {
  try {
    return await fetch(request);
  } catch {
    const kept = await caches.match(OFFLINE, { cacheName: CACHE });
    return kept ?? Response.error();
  }
}

/**
 * A part of the shell: from the network, whose cache keeps what is immutable, and kept for when
 * there is none.
 * @param {FetchEvent} event
 */
async function shell(event) {
  try {
    const response = await fetch(event.request);
    const isPublic = !/private|no-store/.test(response.headers.get("cache-control") ?? "");
    if (response.ok && response.type === "basic" && isPublic) {
      const copy = response.clone();
      event.waitUntil(caches.open(CACHE).then((cache) => cache.put(event.request, copy)));
    }
    return response;
  } catch {
    const kept = await caches.match(event.request, { cacheName: CACHE });
    return kept ?? Response.error();
  }
}

worker.addEventListener("install", (event) => {
  event.waitUntil(install().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(activate());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (SHELL.test(url.pathname)) event.respondWith(shell(event));
});
