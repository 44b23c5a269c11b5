// The worker that keeps things in the origin's private file system: plays and settings in a journal, videos chunk by chunk.
// `SyncAccessHandle` with `flush` keeps what was written through a kill; `createWritable` and IndexedDB do not.
"use strict";
importScripts("sha256.js");
const CHUNK = 4194304, LARGEST_LOG = 4 << 20;
let root, files, log, generation = 0, length = 0, alive = new Map(), settings = new Map();

const CRC = Uint32Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1; return n; });
const crc = bytes => { let c = -1; for (const byte of bytes) c = CRC[(c ^ byte) & 255] ^ (c >>> 8); return (c ^ -1) >>> 0; };
const hex = buffer => Array.from(new Uint8Array(buffer), byte => byte.toString(16).padStart(2, "0")).join("");
const sleep = ms => new Promise(done => setTimeout(done, ms));

// ---- the journal: [length, checksum, JSON] after each other; of two logs the complete one of the higher generation counts -----

function read_log(handle) {
  const size = handle.getSize(), bytes = new Uint8Array(size), rows = [];
  handle.read(bytes, { at: 0 });
  const view = new DataView(bytes.buffer);
  let at = 0, torn = false;
  while (at + 8 <= size) {
    const end = at + 8 + view.getUint32(at), body = bytes.subarray(at + 8, end);
    if (end > size || crc(body) !== view.getUint32(at + 4)) { torn = true; break; }
    rows.push(JSON.parse(new TextDecoder().decode(body)));
    at = end;
  }
  const begin = rows.find(row => row.generation !== undefined), is_whole = rows.some(row => row.ready);
  return { rows, at, torn, generation: begin && is_whole ? begin.generation : -1 };
}

function write_row(handle, at, row) {
  const body = new TextEncoder().encode(JSON.stringify(row)), bytes = new Uint8Array(8 + body.length), view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  view.setUint32(4, crc(body));
  bytes.set(body, 8);
  if (handle.write(bytes, { at }) !== bytes.length) throw new Error("disk");
  return at + bytes.length;
}

// Every row says all that is known of its play or setting, so the last one counts.
function take(row) {
  if (row.play) alive.set(`${row.boot}/${row.play.seq}`, row);
  if (row.upto) for (const [key, { boot, play }] of alive) if (boot === row.boot && play.seq <= row.upto) alive.delete(key);
  if (row.key) settings.set(row.key, row.value);
}

function append(row) {
  take(row);
  length = write_row(log, length, row);
  log.flush();
  if (length > LARGEST_LOG) compact();
}

let logs = [];
function compact() {
  const next = logs[0] === log ? logs[1] : logs[0];
  generation += 1;
  next.truncate(0);
  let at = write_row(next, 0, { generation });
  for (const [key, value] of settings) at = write_row(next, at, { key, value });
  for (const row of alive.values()) at = write_row(next, at, row);
  length = write_row(next, at, { ready: true });
  next.flush();
  log.truncate(0);
  log.flush();
  log = next;
}

async function handle_of(folder, name) {
  const file = await folder.getFileHandle(name, { create: true });
  for (let tries = 0; ; tries++) {
    try { return await file.createSyncAccessHandle(); } catch (error) { if (tries > 30) throw error; await sleep(100); }
  }
}

async function open() {
  root = await (await navigator.storage.getDirectory()).getDirectoryHandle("jincai", { create: true });
  files = await root.getDirectoryHandle("files", { create: true });
  for await (const name of files.keys()) if (name.endsWith(".crswap")) await files.removeEntry(name);
  logs = [await handle_of(root, "journal-a"), await handle_of(root, "journal-b")];
  const read = logs.map(read_log), best = read[0].generation >= read[1].generation ? 0 : 1;
  const lost = read.every(one => one.generation < 0) && logs.some(handle => handle.getSize() > 0);
  log = logs[best];
  generation = Math.max(read[best].generation, 0);
  length = read[best].at;
  if (read[best].generation >= 0) read[best].rows.forEach(take);
  compact();
  return { plays: [...alive.values()], settings: Object.fromEntries(settings), lost: lost || read[best].torn };
}

// ---- files: a chunk counts once its sum was right and it was flushed; a file once its digest was -----------------------------

let wish = [], busy = false, have = new Set(), base = "", again = null;
const meta_name = sha => `${sha}.json`;

async function read_meta(sha) {
  try {
    const meta = JSON.parse(await (await (await files.getFileHandle(meta_name(sha))).getFile()).text());
    return Array.isArray(meta.sums) && Array.isArray(meta.done) && meta.done.length === meta.sums.length ? meta : null;
  } catch { return null; }
}

async function write_meta(sha, meta) {
  const handle = await handle_of(files, meta_name(sha));
  try {
    const bytes = new TextEncoder().encode(JSON.stringify(meta));
    handle.write(bytes, { at: 0 });
    handle.truncate(bytes.length);
    handle.flush();
  } finally { handle.close(); }
}

async function remove(sha) {
  have.delete(sha);
  for (const name of [sha, meta_name(sha)]) try { await files.removeEntry(name); } catch { /* not there */ }
}

function read_chunk(handle, meta, at) {
  const bytes = new Uint8Array(Math.min(CHUNK, meta.bytes - at * CHUNK));
  return handle.read(bytes, { at: at * CHUNK }) === bytes.length ? bytes : null;
}

async function fetch_chunk(sha, meta, at) {
  const last = Math.min((at + 1) * CHUNK, meta.bytes) - 1;
  const reply = await fetch(`${base}/screen/v1/file/${sha}`, { headers: { range: `bytes=${at * CHUNK}-${last}` }, cache: "no-store", signal: AbortSignal.timeout(120e3) });
  if (reply.status !== 206 && !(reply.status === 200 && meta.sums.length === 1)) throw new Error(`HTTP ${reply.status}`);
  const bytes = new Uint8Array(await reply.arrayBuffer());
  if (hex(await crypto.subtle.digest("SHA-256", bytes)) !== meta.sums[at]) throw new Error("a chunk with another sum");
  return bytes;
}

async function complete(file) {
  const { sha256: sha, bytes } = file;
  let meta = await read_meta(sha);
  if (!meta || meta.bytes !== bytes) {
    const reply = await fetch(`${base}/screen/v1/file/${sha}/chunks`, { cache: "no-store", signal: AbortSignal.timeout(30e3) });
    if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
    const { bytes: total, chunk, sums } = await reply.json();
    if (total !== bytes || chunk !== CHUNK || sums.length !== Math.ceil(bytes / CHUNK)) throw new Error("its chunks are of another file");
    meta = { bytes, sums, done: sums.map(() => 0), whole: false };
    await write_meta(sha, meta);
  }
  const handle = await handle_of(files, sha);
  try {
    for (let at = 0; at < meta.sums.length; at++) {
      const kept = meta.done[at] ? read_chunk(handle, meta, at) : null;
      if (kept && hex(await crypto.subtle.digest("SHA-256", kept)) === meta.sums[at]) continue;
      meta.whole = false;
      const fresh = await fetch_chunk(sha, meta, at);
      if (handle.write(fresh, { at: at * CHUNK }) !== fresh.length) throw new DOMException("", "QuotaExceededError");
      handle.flush();
      meta.done[at] = 1;
      await write_meta(sha, meta);
    }
    if (!meta.whole) {
      const whole = new jincai.Sha256();
      for (let at = 0; at < meta.sums.length; at++) { whole.update(read_chunk(handle, meta, at)); await sleep(0); }
      if (whole.hex() !== sha) { meta.done.fill(0); await write_meta(sha, meta); throw new Error("its digest is another"); }
      handle.truncate(bytes);
      meta.whole = true;
      await write_meta(sha, meta);
    }
  } finally { handle.close(); }
  if (!wish.some(({ sha256 }) => sha256 === sha)) return remove(sha);
  have.add(sha);
  postMessage({ have: sha });
}

async function work() {
  if (busy) return;
  busy = true;
  clearTimeout(again);
  const failed = new Set();
  for (let file; (file = wish.find(({ sha256 }) => !have.has(sha256) && !failed.has(sha256)));) {
    try { await complete(file); } catch (error) {
      failed.add(file.sha256);
      const is_full = error.name === "QuotaExceededError" || error.message === "disk";
      const kind = is_full ? "disk" : /digest|sum|another/.test(error.message) ? "broken" : "missing";
      if (kind !== "missing" || /HTTP 4/.test(error.message)) postMessage({ fault: { kind, sha256: file.sha256, detail: String(error.message) } });
    }
  }
  busy = false;
  if (failed.size) again = setTimeout(work, 5000 + 5000 * Math.random());
}

const CALLS = {
  open,
  play: ({ boot, play, open: is_open }) => append({ boot, play, open: is_open }),
  sent: ({ boot, upto }) => append({ boot, upto }),
  put: ({ key, value }) => append({ key, value }),
  want({ list, keep, origin }) { wish = list; base = origin; clean(new Set(keep)); work(); },
  // A file that did not play: look at its bytes again.
  suspect({ sha }) { have.delete(sha); work(); },
  async forget({ shas }) { wish = wish.filter(({ sha256 }) => !shas.includes(sha256)); for (const sha of shas) await remove(sha); },
};

async function clean(keep) {
  const names = [];
  for await (const name of files.keys()) names.push(name);
  for (const name of names) if (!keep.has(name.slice(0, 64))) try { await files.removeEntry(name); have.delete(name.slice(0, 64)); } catch { /* in use */ }
}

onmessage = async ({ data: { id, call, ...rest } }) => {
  try { postMessage({ id, result: await CALLS[call](rest) }); } catch (error) { postMessage({ id, error: `${error.name}: ${error.message}` }); }
};
