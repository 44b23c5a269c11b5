// The player's mind: `step(state, event, now) → [state, effects]`, pure, so that a week can be run in virtual time.
// `now` is {mono, sys, visible, decks: {v0: {ms, frames}, …}}: two clocks and where the decks are. Effects are carried out by
// `stage.js` and `main.js`, which answer with events. Everything visible is one of four layers (two videos `v0 v1`, two pictures
// `i0 i1`), a panel of words above them, a curtain (last frame or cover) below them, and the card below all.
"use strict";
(root => {
  const jincai = (root.jincai ||= {});
  const { slot_at, is_lit, next_border, file_of, files_from, check_notice } = jincai.programme;
  const { time, on_answer, follow_system } = jincai.clock;
  // Milliseconds. A slot begins by the clock, within half a refresh (SLACK). The old picture stays under the new one until that
  // presented its first frame, and for at least OVERLAP: swaps by transparency showed black, these do not.
  const WARM = 3000, SLACK = 9, FIRST = 2000, STALL = 3000, OVERLAP = 100, MARK = 5000, SHORT = 1000;
  const HOUR = 3600e3, DAY = 24 * HOUR, RETRY = 60e3, MOST_FAULTS = 50;
  const LAYERS = { video: ["v0", "v1"], poster: ["i0", "i1"] };
  const IDLE = Object.freeze({ phase: "idle", key: "", sha: "", token: 0 });
  const is_media = seg => seg.kind === "video" || seg.kind === "poster";
  const is_panel = seg => ["dark", "pair", "notice", "test"].includes(seg.kind);

  // `kept` is what `keep` effects stored before.
  function create({ boot, way = "page", streaming = false, decks = 2, paired = false, kept = {}, have = {} }) {
    return {
      boot, way, streaming, decks, paired, have, total: 0, token: 0, seq: 0, count: { frames: 0, moving: 0, at: null },
      clock: { off: null, samples: [], heard: null, drift: null, sys_off: 0, newest: 0, ...kept.clock },
      edition: null, pending: null, serial: kept.serial || 0, applied: kept.applied || 0,
      revoked: kept.revoked || {}, quarantine: kept.quarantine || {}, notices: kept.notices || [], dark: kept.dark || false,
      strikes: {}, bad: {}, failed: {}, faults: [], slow: 0,
      layers: { v0: IDLE, v1: IDLE, i0: IDLE, i1: IDLE }, under: null, curtain: false,
      on: { seg: { key: "boot", kind: "card", to: Infinity }, layer: null, at: 0, since: 0, first: 0, ms: -1, moved: 0 },
      wait: null, roam: null, play: null, deleting: false, ask_test: 0, testing: 0, tested: kept.tested || 0, result: null, kept_at: 0,
    };
  }

  // A copy whose parts may be written; editions, `have` and records are replaced, never changed.
  const draft = s => ({
    ...s, clock: { ...s.clock }, layers: { ...s.layers }, on: { ...s.on }, count: { ...s.count }, failed: { ...s.failed },
    bad: { ...s.bad }, strikes: { ...s.strikes }, play: s.play && { ...s.play }, under: s.under && { ...s.under },
  });

  // ---- what is to be shown at a moment -------------------------------------------------------------------------------------

  const card = to => ({ key: "card", kind: "card", to });

  function is_allowed(s, item, view, wall) {
    const sha = file_of(item).sha256;
    if (s.revoked[sha] !== undefined || s.revoked[item.sha256] !== undefined) return false;
    if (s.quarantine[sha] !== undefined && !(view.known && s.quarantine[sha] <= wall)) return false;
    if (!s.streaming && !s.have[sha]) return false;
    if (!view.known) return item.not_before == null && item.not_after == null;
    return (item.not_before ?? -Infinity) <= wall && wall < (item.not_after ?? Infinity);
  }

  function segment(item, rest) {
    const file = file_of(item), kind = file === item ? "video" : "poster";
    const cover = kind === "video" && item.picture ? item.picture.sha256 : "";
    return { kind, sha: file.sha256, item: item.sha256, ms: kind === "video" ? item.ms : rest.len, cover, ...rest };
  }

  // Items of the loop one after another: where the clock is unknown (until Infinity), and where a slot's own item fails.
  function roam(s, at, to, slot, view) {
    const before = s.roam, e = s.edition, wall = at + view.shift;
    const fits = ([place]) => place >= 0 && is_allowed(s, e.items[place], view, wall) &&
      e.items[place].not_before == null && e.items[place].not_after == null;
    const is_bad = ([place]) => s.bad[file_of(e.items[place]).sha256] > at;
    if (before && before.edition === e.id && before.slot === slot && at < before.to && !before.over && fits(e.loop[before.place])) {
      return { ...before.seg, to: Math.min(before.to, to) };
    }
    if (to - at < SHORT) return { key: "hold", kind: "hold", to };
    let pool = e.loop.map((slot, place) => ({ slot, place })).filter(({ slot }) => fits(slot) && !is_bad(slot));
    if (!pool.length) return card(Math.min(to, at + RETRY));
    const posters = pool.filter(({ slot }) => e.items[slot[0]].kind === "poster");
    if (slot !== "loop" && posters.length) pool = posters;
    const last = before ? before.place : -1, chosen = pool.find(({ place }) => place > last) || pool[0];
    const n = before ? before.n + 1 : 1, item = e.items[chosen.slot[0]], end = at + chosen.slot[1];
    const seg = segment(item, { key: `f${n}:${item.sha256}`, from: at, to: Math.min(end, to), slot_at: 0, len: chosen.slot[1] });
    seg.roam = { edition: e.id, slot, n, place: chosen.place, to: end, over: false };
    seg.roam.seg = { ...seg, roam: undefined };
    return seg;
  }

  // A notice's picture that is here and may be shown.
  const has_picture = (s, { id, picture }) =>
    picture && !s.failed[`n${id}`] && s.revoked[picture.sha256] === undefined && (s.streaming || s.have[picture.sha256]);

  function notice_at(s, wall) {
    const now = s.notices.filter(n => n.from <= wall && wall < n.to && (n.title || n.text || has_picture(s, n)));
    return now.reduce((best, n) => (!best || n.id > best.id ? n : best), null);
  }

  function notice_segment(s, notice, view, to) {
    const from = notice.from - view.shift, key = `n${notice.id}`, picture = notice.picture;
    if (!has_picture(s, notice)) return { key: `${key}w`, kind: "notice", notice, to };
    return { key, kind: "poster", sha: picture.sha256, item: "", ms: 0, cover: "", from, to, slot_at: 0, len: 0, is_notice: true };
  }

  const find = (s, key) => Object.keys(s.layers).find(name => s.layers[name].key === key && s.layers[name].phase !== "idle");

  // The segment for the moment `at` (monotonic): the ladder notice > block > loop > card; dark outside lit hours.
  function wanted(s, at, view) {
    if (!s.paired) return { key: "pair", kind: "pair", to: Infinity };
    const e = s.edition;
    if (s.testing) return { key: `test${s.testing}`, kind: "test", to: Infinity };
    if (!e) return card(Infinity);
    if (!view.known) return s.dark ? card(Infinity) : roam(s, at, Infinity, "loop", view);
    const wall = at + view.shift, border = next_border(e, s.notices, wall) - view.shift;
    if (wall < e.good_until && !is_lit(e, wall)) return { key: "dark", kind: "dark", to: border };
    const notice = notice_at(s, wall);
    if (notice) return notice_segment(s, notice, view, border);
    if (s.dark || wall >= e.good_until) return card(border);
    const slot = slot_at(e, wall);
    if (!slot) return card(border);
    const to = Math.min(border, slot.to - view.shift), from = slot.from - view.shift, len = slot.to - slot.from;
    if (slot.item < 0) return card(to);
    const item = e.items[slot.item];
    if (s.failed[slot.key] || !is_allowed(s, item, view, wall)) return roam(s, at, to, slot.key, view);
    const is_late = s.on.seg.key !== slot.key && to - at < Math.min(1500, len * 0.3);
    if (is_late) return { key: "hold", kind: "hold", to };
    return segment(item, { key: slot.key, from, to, slot_at: slot.from, len });
  }

  // ---- layers --------------------------------------------------------------------------------------------------------------

  function hide(s, name, fx) {
    if (!name || s.layers[name].phase === "idle") return;
    s.layers[name] = IDLE;
    fx.push({ do: "hide", layer: name });
  }

  function drop_under(s, fx) {
    const under = s.under;
    if (!under) return;
    s.under = null;
    if (under.layer && under.layer !== s.on.layer) hide(s, under.layer, fx);
    if (under.panel) fx.push({ do: "panel", panel: "" });
    if (under.curtain) { s.curtain = false; fx.push({ do: "curtain", on: false }); }
  }

  // A layer to prepare a segment on; where it must be now, also one that was prepared for something else, or, on devices
  // with one decoder, the one that is on, under a curtain.
  function take_layer(s, t, seg, is_due, view, fx) {
    const names = seg.kind === "video" && s.decks === 1 ? ["v0"] : LAYERS[seg.kind];
    const idle = names.find(name => s.layers[name].phase === "idle");
    if (idle) return idle;
    const is_shown = name => name === s.on.layer || (s.under && name === s.under.layer);
    const other = names.find(name => !is_shown(name) && (is_due || s.layers[name].key !== s.on.seg.key));
    if (other) { hide(s, other, fx); return other; }
    if (!is_due) return null;
    if (s.under && names.includes(s.under.layer) && s.on.first !== null) {
      const name = s.under.layer;
      drop_under(s, fx);
      return name;
    }
    if (names.length > 1 || names[0] !== s.on.layer) return null;
    draw_curtain(s, t, view, "", fx);
    return names[0];
  }

  // Takes what is on away from its layer and leaves its last frame (or its cover) in its place.
  function draw_curtain(s, t, view, outcome, fx) {
    close_play(s, t, view, outcome, fx);
    s.curtain = true;
    fx.push({ do: "curtain", on: true, from: s.on.layer, cover: s.on.seg.cover || "" });
    hide(s, s.on.layer, fx);
    const { sha, item, to } = s.on.seg;
    s.on = { seg: { key: "curtain", kind: "curtain", sha, item, to }, layer: null, at: t, since: t + view.shift, first: t, ms: -1, moved: t };
  }

  function warm(s, t, name, seg, fx) {
    s.token += 1;
    const late = t - seg.from, at = seg.kind === "video" && late > 500 ? Math.min(late + 300, Math.max(0, seg.ms - 100)) : 0;
    s.layers[name] = { phase: "warm", key: seg.key, sha: seg.sha, token: s.token, at };
    fx.push({ do: "warm", layer: name, token: s.token, sha: seg.sha, at });
  }

  function show(s, t, name, seg, view, fx) {
    drop_under(s, fx);
    close_play(s, t, view, "", fx);
    const old = s.on, layer = s.layers[name];
    s.layers[name] = { ...layer, phase: "shown" };
    fx.push({ do: "show", layer: name, token: layer.token });
    s.under = { at: t, layer: old.layer, panel: is_panel(old.seg), curtain: s.curtain };
    s.on = { seg, layer: name, at: t, since: Math.round(t + view.shift), first: null, ms: -1, moved: t, base: layer.at };
    if (!seg.is_notice) open_play(s, t, seg, layer.at, view, fx);
  }

  // Words, the card or darkness: they are always there to be shown, so they need no preparation.
  function show_panel(s, t, seg, view, fx) {
    const was = s.on;
    close_play(s, t, view, "interrupted", fx, seg);
    const panel = is_panel(seg) ? seg.kind : "";
    if (panel || is_panel(was.seg) || (s.under && s.under.panel)) fx.push({ do: "panel", panel, notice: seg.notice });
    if (s.under) s.under.panel = false;
    s.on = { seg, layer: null, at: t, since: Math.round(t + view.shift), first: t, ms: -1, moved: t };
    drop_under(s, fx);
    hide(s, was.layer, fx);
    if (s.curtain) { s.curtain = false; fx.push({ do: "curtain", on: false }); }
    if (seg.kind === "test") Object.keys(s.layers).forEach(name => hide(s, name, fx));
    if (seg.kind === "dark") fx.push({ do: "night" });
  }

  // ---- plays ---------------------------------------------------------------------------------------------------------------

  function open_play(s, t, seg, base, view, fx) {
    s.seq += 1;
    const record = {
      seq: s.seq, edition: s.edition.id, slot_at: seg.slot_at, sha256: seg.item, started_at: Math.round(t + view.shift), shown_ms: 0,
      wanted_ms: Math.round(seg.slot_at ? seg.len : seg.to - seg.from), frames: 0, gap_ms: 0, outcome: "cut",
      clock: view.known ? "known" : "unknown",
    };
    s.play = { record, at: t, marked: t, base, kind: seg.kind, ms: seg.ms, len: record.wanted_ms };
    fx.push({ do: "play-open", record });
  }

  const shown_so_far = (s, t) => ({
    ...s.play.record, shown_ms: Math.max(0, Math.round(t - s.play.at)), frames: s.on.frames || 0,
    gap_ms: s.on.first === null ? 0 : Math.round(Math.max(0, s.on.first - s.on.at)),
  });

  // `outcome`: empty where the clock ended it; "interrupted" counts only where less was shown than it has.
  function close_play(s, t, view, outcome, fx) {
    const play = s.play;
    if (!play) return;
    const record = shown_so_far(s, t), spare = s.decks === 1 ? 2000 : 500;
    const is_all = play.base === 0 && record.shown_ms >= Math.min(play.ms, play.len) - spare;
    const is_behind = play.kind === "video" && s.on.ms < Math.min(play.ms, play.len) - spare - 250;
    record.outcome = outcome === "failed" ? "failed" : !is_all ? "interrupted" : is_behind ? "failed" : "whole";
    if (record.outcome === "whole") delete s.strikes[s.on.seg.sha];
    s.play = null;
    fx.push({ do: "play-close", record });
  }

  // ---- faults --------------------------------------------------------------------------------------------------------------

  function tell(s, view, mono, kind, sha256, detail) {
    const fault = { at: Math.round(mono + view.shift), kind, sha256, detail: String(detail || "").slice(0, 200) };
    s.faults = [...s.faults, fault].slice(-MOST_FAULTS);
  }

  // Notes that a segment could not be shown; its slot is filled from the loop, the timeline stays as it is.
  function fail(s, t, seg, kind, detail, view, fx) {
    tell(s, view, t, kind, seg.sha, detail);
    s.bad[seg.sha] = t + RETRY;
    if (s.roam && s.roam.seg.key === seg.key) s.roam = { ...s.roam, over: true };
    const keys = Object.keys(s.failed).slice(-20);
    s.failed = { ...Object.fromEntries(keys.map(key => [key, true])), [seg.key]: true };
    if (kind !== "broken" && kind !== "stalled") return;
    fx.push({ do: "suspect", sha: seg.sha });
    const hour = (s.strikes[seg.sha] || []).filter(at => at > t - HOUR).concat(t);
    s.strikes[seg.sha] = hour;
    if (hour.length < 3) return;
    delete s.strikes[seg.sha];
    s.quarantine = { ...s.quarantine, [seg.sha]: Math.round(t + view.shift + DAY) };
    tell(s, view, t, kind, seg.sha, "3 faults in an hour: not shown for a day");
    keep(s, t, fx);
  }

  function fail_on(s, t, kind, detail, view, fx) {
    const seg = s.on.seg;
    fail(s, t, seg, kind, detail, view, fx);
    draw_curtain(s, t, view, "failed", fx);
  }

  // Positions, not events: a decoder may stop without a word.
  function watch(s, now, view, fx) {
    const t = now.mono, on = s.on;
    if (!on.layer) return;
    const deck = now.decks && now.decks[on.layer];
    if (deck) {
      on.frames = deck.frames;
      if (on.seg.kind === "video" && (deck.ms > on.ms + 1 || deck.ms < on.ms - 1000)) { on.ms = deck.ms; on.moved = t; }
    }
    if (!now.visible) { on.moved = t; return; }
    if (on.first === null && t - on.at >= FIRST) return fail_on(s, t, "stalled", "no first frame within 2 s", view, fx);
    const is_moving = on.seg.kind === "video" && on.ms < on.seg.ms - 300;
    if (is_moving && on.first !== null && t - on.moved >= STALL) fail_on(s, t, "stalled", `stood still at ${Math.round(on.ms)} ms for 3 s`, view, fx);
  }

  // Frames presented, and the time in which a picture was meant to move: what tells a frozen screen from a still.
  function count(s, now) {
    const c = s.count, deck = s.on.layer && now.decks && now.decks[s.on.layer];
    if (deck && s.on.seg.kind === "video") {
      if (c.layer === s.on.layer && c.token === s.layers[s.on.layer].token) c.frames += Math.max(0, deck.frames - c.seen);
      else c.frames += deck.frames;
      Object.assign(c, { layer: s.on.layer, token: s.layers[s.on.layer].token, seen: deck.frames });
      if (c.at !== null && now.mono - s.on.at < s.on.seg.ms) c.moving += Math.max(0, now.mono - Math.max(c.at, s.on.at));
    }
    c.at = now.mono;
  }

  // ---- the step ------------------------------------------------------------------------------------------------------------

  function keep(s, t, fx) {
    s.kept_at = t;
    const { sys_off, newest } = s.clock, { revoked, quarantine, notices, dark, serial, applied, tested } = s;
    fx.push({ do: "keep", value: { clock: { sys_off, newest }, revoked, quarantine, notices, dark, serial, applied, tested } });
  }

  function adopt(s, t, edition, view, fx) {
    const named = new Set(edition.items.flatMap(item => [item.sha256, file_of(item).sha256]));
    const lifted = sha => s.revoked[sha] <= edition.serial && named.has(sha) && !edition.revoked.includes(sha);
    s.revoked = Object.fromEntries(Object.entries(s.revoked).filter(([sha]) => !lifted(sha)));
    revoke(s, edition.revoked, edition.serial, fx);
    if (s.clock.off === null && edition.serial >= s.serial) { s.notices = edition.notices; s.dark = edition.dark; }
    s.edition = edition;
    s.pending = null;
    s.failed = {};
    fx.push({ do: "adopt", id: edition.id, canvas: edition.canvas, card: edition.card, name: edition.name });
  }

  function is_ready(s, edition, view, t) {
    if (s.streaming || !s.edition || s.edition.id === edition.id) return true;
    const wall = t + view.shift;
    if (view.known && wall >= s.edition.good_until) return true;
    return files_from(edition, view.known ? wall : edition.made_at, DAY)
      .every(({ sha256 }) => s.have[sha256] || s.revoked[sha256] !== undefined);
  }

  function revoke(s, list, serial, fx) {
    const fresh = list.filter(sha => s.revoked[sha] === undefined);
    if (!fresh.length) return false;
    s.revoked = { ...s.revoked, ...Object.fromEntries(fresh.map(sha => [sha, serial])) };
    fx.push({ do: "forget", sha: fresh, serial });
    return true;
  }

  // Files that may not be shown go at once, also from below and from what was prepared.
  function drop_revoked(s, t, view, fx) {
    const is_gone = seg => seg.sha && (s.revoked[seg.sha] !== undefined || s.revoked[seg.item] !== undefined);
    if ((is_media(s.on.seg) || s.curtain) && is_gone(s.on.seg)) {
      show_panel(s, t, { ...card(s.on.seg.to), key: "withdrawn" }, view, fx);
      fx.push({ do: "wipe" });
    }
    if (s.under && s.under.layer && is_gone(s.layers[s.under.layer])) drop_under(s, fx);
    for (const name of Object.keys(s.layers)) if (name !== s.on.layer && is_gone(s.layers[name])) hide(s, name, fx);
  }

  function answer(s, event, now, fx) {
    // Where the program on the box does not know the time either, it says 0.
    const a = event.answer, t = now.mono, jumped = a.now > 0 ? on_answer(s.clock, a.now, event.sent, now) : 0;
    const view = time(s, now);
    if (jumped) tell(s, view, t, "clock", "", `the clock was ${Math.round(jumped)} ms off`);
    s.notices = (a.notices || []).filter(notice => { try { check_notice(notice); return true; } catch { return false; } });
    s.dark = !!a.dark;
    const serial = a.serial || 0;
    if (serial < s.serial) {
      // The server's numbers begin anew (a backup was restored): what was carried out says nothing of them.
      s.applied = Math.min(s.applied, serial);
      s.revoked = Object.fromEntries(Object.entries(s.revoked).map(([sha, at]) => [sha, Math.min(at, serial)]));
    }
    s.serial = serial;
    const is_deleting = revoke(s, (a.revoked || []).filter(jincai.programme.is_digest), s.serial, fx);
    if (a.selftest && a.selftest !== s.tested && a.selftest !== s.testing) s.ask_test = a.selftest;
    if (!is_deleting && s.applied < s.serial && !s.deleting) { s.applied = s.serial; keep(s, t, fx); }
    if (is_deleting) { s.deleting = true; keep(s, t, fx); }
    if (t - s.kept_at > 300e3) keep(s, t, fx);
  }

  function media_event(s, event, now, view, fx) {
    const t = now.mono, layer = s.layers[event.layer];
    if (!layer || layer.token !== event.token || layer.phase === "idle") return;
    if (event.on === "ready" && layer.phase === "warm") { s.layers[event.layer] = { ...layer, phase: "ready" }; s.slow = 0; }
    if (event.on === "first" && s.on.layer === event.layer && s.on.first === null) { s.on.first = t; s.on.moved = t; }
    if (event.on !== "fault") return;
    if (s.on.layer === event.layer) return fail_on(s, t, event.kind, event.detail, view, fx);
    if (layer.phase === "shown") return hide(s, event.layer, fx);
    fail(s, t, layer, event.kind, event.detail, view, fx);
    hide(s, event.layer, fx);
  }

  const EVENTS = {
    tick() {}, offline() {}, visible(s, event, now, view, fx) {
      if (event.value && s.on.layer && s.on.seg.kind === "video") { s.on.moved = now.mono; fx.push({ do: "replay", layer: s.on.layer }); }
    },
    ready: media_event, first: media_event, fault: media_event,
    answer(s, event, now, view, fx) { answer(s, event, now, fx); },
    edition(s, event) { s.pending = event.edition; },
    files(s, event) { s.have = event.have; s.total = event.total; },
    paired(s, event, now, view, fx) {
      s.paired = event.value;
      if (event.value) return;
      // Numbers and digests were of the pairing that is over.
      Object.assign(s, { edition: null, pending: null, serial: 0, applied: 0, revoked: {}, quarantine: {}, notices: [], dark: false, tested: 0, ask_test: 0 });
      keep(s, now.mono, fx);
    },
    forgotten(s, event, now, view, fx) { s.deleting = false; s.applied = Math.max(s.applied, Math.min(event.serial, s.serial)); keep(s, now.mono, fx); },
    told(s, event) { s.faults = s.faults.slice(event.faults); if (s.result && s.result.number === event.result) s.result = null;
      s.count.frames = Math.max(0, s.count.frames - event.frames); s.count.moving = Math.max(0, s.count.moving - event.moving); },
    say(s, event, now, view) { tell(s, view, now.mono, event.kind, event.sha256 || "", event.detail); },
    decks(s, event) { s.decks = event.value; },
    tested(s, event, now, view, fx) {
      if (event.result.number !== s.testing) return;
      Object.assign(s, { result: event.result, tested: s.testing, testing: 0 });
      keep(s, now.mono, fx);
    },
  };

  // Goes towards what is wanted; true where a fault asks for another look.
  function enter(s, t, seg, view, fx) {
    if (s.on.seg.key === seg.key) {
      s.on.seg = { ...s.on.seg, to: seg.to };
      s.wait = null;
      return false;
    }
    if (seg.kind === "hold") {
      if (is_panel(s.on.seg)) show_panel(s, t, card(seg.to), view, fx);
      return false;
    }
    if (!is_media(seg)) { s.wait = null; show_panel(s, t, seg, view, fx); return false; }
    if (!s.wait || s.wait.key !== seg.key) s.wait = { key: seg.key, since: t };
    let name = find(s, seg.key);
    if (name && s.layers[name].phase === "ready") {
      s.wait = null;
      show(s, t, name, seg, view, fx);
      return false;
    }
    if (!name && (name = take_layer(s, t, seg, true, view, fx))) warm(s, t, name, seg, fx);
    if (is_panel(s.on.seg)) show_panel(s, t, card(seg.to), view, fx);
    if (t - s.wait.since < FIRST) return false;
    if (name && name !== s.on.layer) hide(s, name, fx);
    fail(s, t, seg, "stalled", "not ready within 2 s", view, fx);
    if (seg.kind === "video" && ++s.slow >= 3 && s.decks === 2 && s.on.seg.kind === "video") {
      s.decks = 1;
      tell(s, view, t, "page", "", "a second video does not decode beside the first: one deck from now on");
    }
    return true;
  }

  function look_ahead(s, t, current, view, fx) {
    if (s.testing || s.ask_test || s.wait || current.to - t > WARM || current.to === Infinity) return;
    const next = wanted(s, current.to + 0.5, view);
    if (!is_media(next) || find(s, next.key) || s.on.first === null) return;
    const name = take_layer(s, t, next, false, view, fx);
    if (name) warm(s, t, name, next, fx);
  }

  function settle(s, now, view, fx) {
    const t = now.mono;
    if (s.pending && is_ready(s, s.pending, view, t)) adopt(s, t, s.pending, view, fx);
    view = time(s, now);
    drop_revoked(s, t, view, fx);
    watch(s, now, view, fx);
    let current;
    for (let looks = 0; looks < 5; looks++) {
      current = wanted(s, t + SLACK, view);
      if (current.roam && (!s.roam || s.roam.n !== current.roam.n)) s.roam = { ...current.roam };
      const is_border = s.on.seg.key !== current.key || !is_media(s.on.seg);
      if (s.ask_test && is_border && s.paired && current.kind !== "notice" && !current.is_notice) {
        Object.assign(s, { testing: s.ask_test, ask_test: 0 });
        fx.push({ do: "selftest", number: s.testing });
        continue;
      }
      if (!enter(s, t, current, view, fx)) break;
    }
    if (s.under && t >= s.under.at + OVERLAP && s.on.first !== null) drop_under(s, fx);
    look_ahead(s, t, current, view, fx);
    if (s.play && t - s.play.marked >= MARK) { s.play.marked = t; fx.push({ do: "play-mark", record: shown_so_far(s, t) }); }
    fx.push({ do: "wake", at: deadline(s, t, current) });
  }

  function deadline(s, t, current) {
    const moments = [current.to - SLACK, current.to - WARM, s.wait && s.wait.since + FIRST, s.under && s.under.at + OVERLAP];
    if (s.on.first === null) moments.push(s.on.at + FIRST);
    if (s.play) moments.push(s.play.marked + MARK);
    return moments.reduce((best, at) => (at !== null && at > t + 0.5 && at < best ? at : best), t + 1000);
  }

  function step(state, event, now) {
    const s = draft(state), fx = [];
    follow_system(s.clock, now);
    let view = time(s, now);
    count(s, now);
    EVENTS[event.on](s, event, now, view, fx);
    view = time(s, now);
    if (view.known) s.clock.newest = Math.max(s.clock.newest, now.mono + view.shift);
    settle(s, now, view, fx);
    return [s, fx];
  }

  // The words of a heartbeat; `env` is what the page knows besides.
  function beat(s, now, env) {
    const view = time(s, now), seg = s.on.seg;
    const showing = is_media(seg) ? (seg.is_notice ? "notice" : seg.item) : ["dark", "notice"].includes(seg.kind) ? seg.kind : "card";
    const wanted = s.edition ? s.total : 0;
    return {
      boot: s.boot, edition: s.edition ? s.edition.id : "", applied: s.applied, clock: Math.round(now.sys), showing,
      since: Math.round(s.on.since), frames: s.count.frames, moving_ms: Math.round(s.count.moving), visible: now.visible,
      viewport: env.viewport, free_bytes: env.free_bytes ?? null, files: [s.streaming ? wanted : Math.min(wanted, Object.keys(s.have).length), wanted],
      way: s.way, faults: s.faults, selftest: s.result, version: env.version,
    };
  }

  jincai.player = { create, step, beat, wanted, time };
})(typeof self === "undefined" ? globalThis : self);
