// Where a page keeps plays, settings and files: in the private file system by a worker where the context is secure, else in
// IndexedDB and by address. Both have the same calls.
"use strict";
(root => {
  const jincai = (root.jincai ||= {});

  // Secure contexts. Rejects where the private file system does not really work.
  async function private_store(on_have, on_fault) {
    if (!root.isSecureContext || !navigator.storage || !navigator.storage.getDirectory || !root.Worker) throw new Error("no secure context");
    const worker = new Worker("/journal.js"), waiting = new Map();
    let last = 0;
    const call = (name, rest = {}) => new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      worker.postMessage({ id: last, call: name, ...rest });
    });
    worker.onmessage = ({ data }) => {
      if (data.have) return on_have(data.have);
      if (data.fault) return on_fault(data.fault);
      const { resolve, reject } = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.error) reject(new Error(data.error)); else resolve(data.result);
    };
    worker.onerror = event => on_fault({ kind: "page", sha256: "", detail: `journal: ${event.message}` });
    const opened = await call("open");
    const folder = await (await (await navigator.storage.getDirectory()).getDirectoryHandle("jincai")).getDirectoryHandle("files");
    return {
      ...opened, streaming: false,
      play: (boot, play, open) => call("play", { boot, play, open }),
      sent: (boot, upto) => call("sent", { boot, upto }),
      put: (key, value) => call("put", { key, value }),
      want: (list, keep) => call("want", { list, keep, origin: location.origin }),
      suspect: sha => call("suspect", { sha }),
      forget: shas => call("forget", { shas }),
      url: async sha => { try { return URL.createObjectURL(await (await folder.getFileHandle(sha)).getFile()); } catch { return null; } },
    };
  }

  const done = request => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });

  // IndexedDB may be emptied by the browser at any start: it says so, and so do we.
  async function database(name) {
    let lost = false;
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = event => {
      lost = event.dataLoss === "total";
      request.result.createObjectStore("plays", { keyPath: ["boot", "play.seq"] });
      request.result.createObjectStore("settings");
    };
    const db = await done(request);
    const write = (store, act) => new Promise((resolve, reject) => {
      const transaction = db.transaction(store, "readwrite", { durability: "strict" });
      act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const reading = db.transaction(["plays", "settings"]), settings = {};
    const plays = await done(reading.objectStore("plays").getAll());
    const keys = await done(reading.objectStore("settings").getAllKeys()), values = await done(reading.objectStore("settings").getAll());
    keys.forEach((key, n) => { settings[key] = values[n]; });
    return {
      plays, settings, lost,
      play: (boot, play, open) => write("plays", store => store.put({ boot, play, open })),
      sent: (boot, upto) => write("plays", store => store.delete(IDBKeyRange.bound([boot, 0], [boot, upto]))),
      put: (key, value) => write("settings", store => store.put(value, key)),
    };
  }

  const nothing = async () => {};
  const in_memory = () => ({ plays: [], settings: {}, lost: false, play: nothing, sent: nothing, put: nothing });

  // `url_of` gives the address of a file, or null.
  async function plain_store(name, streaming, url_of) {
    const kept = await database(name).catch(in_memory);
    return { ...kept, streaming, want: nothing, suspect: nothing, forget: nothing, url: async sha => url_of(sha) };
  }

  jincai.private_store = private_store;
  jincai.plain_store = plain_store;
})(self);
