// Keeps the page itself, so that it starts without a network. Files and words of the server pass by.
"use strict";
const NAME = "jincai-page", PATHS = new Set([/* paths */]);
const refresh = async () => {
  const cache = await caches.open(NAME), fresh = await Promise.all([...PATHS].map(async path => [path, await fetch(path, { cache: "no-store" })]));
  if (fresh.every(([, reply]) => reply.ok)) await Promise.all(fresh.map(([path, reply]) => cache.put(path, reply)));
};
self.addEventListener("install", event => event.waitUntil(refresh().then(() => self.skipWaiting())));
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", event => {
  const path = new URL(event.request.url).pathname;
  if (event.request.method !== "GET" || !PATHS.has(path)) return;
  event.respondWith(caches.open(NAME).then(async cache => {
    const kept = await cache.match(path);
    if (!kept) return fetch(event.request);
    if (event.request.mode === "navigate") event.waitUntil(refresh().catch(() => {}));
    return kept;
  }));
});
