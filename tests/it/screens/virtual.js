// A stage without a page: carries out the effects of `step` in virtual time, with stalls, errors, clocks that jump, editions
// that change and works that are withdrawn, and watches what would be seen. `run_seeds(count, minutes)` returns what was
// violated (nothing) and how often each thing happened.
"use strict";
(() => {
  const { player, programme } = globalThis.jincai;
  const T0 = Date.UTC(2026, 10, 30, 0, 0, 0);
  const random = seed => () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const digest = n => n.toString(16).padStart(64, "0");
  const freeze = value => {
    if (value && typeof value === "object" && !Object.isFrozen(value)) { Object.freeze(value); Object.values(value).forEach(freeze); }
    return value;
  };

  class World {
    constructor(seed, minutes) {
      Object.assign(this, { r: random(seed), seed, end: minutes * 60e3, t: 0, queue: [], sys_off: 0, violations: [], happened: {} });
      Object.assign(this, { layers: {}, z: 1, panel: "", curtain: false, plays: [], open: null, shown_for: 0, revoked: [], serial: 1,
        notices: [], server_up: true, card_since: 0, still_since: 0, faulted: new Set(), healthy: 0, checked: 0, late_at: 3000, tested: 0 });
      this.items = Array.from({ length: 8 }, (_, n) => ({
        sha256: digest(n + 1), bytes: 1000, kind: n < 5 ? "video" : "poster", ms: n < 5 ? 4000 + 1500 * n : 8000, work: `w${n}`, title: `t${n}`,
        picture: n < 5 ? undefined : { sha256: digest(100 + n), bytes: 500 },
      }));
      this.edition = this.make_edition(1);
      const streaming = this.r() < 0.3;
      this.state = player.create({ boot: "b", paired: true, streaming, decks: this.r() < 0.15 ? 1 : 2 });
      this.single = this.state.decks === 1;
      const have = Object.fromEntries(programme.all_files(this.edition, T0).map(({ sha256 }) => [sha256, true]));
      this.at(1, () => this.send({ on: "files", have, total: 8 }));
      this.at(2, () => this.send({ on: "edition", edition: this.edition }));
      this.at(30, () => this.beat());
      this.at(100, () => this.tick());
      for (let n = 0; n < 14; n++) this.at(this.r() * this.end, () => this.trouble());
    }

    note(what) { this.happened[what] = (this.happened[what] || 0) + 1; }
    bad(what) { if (this.violations.length < 5) this.violations.push(`seed ${this.seed} at ${Math.round(this.t)}: ${what}`); }
    at(t, act) { this.queue.push({ t, act }); }
    now() {
      const decks = {};
      for (const [name, layer] of Object.entries(this.layers)) decks[name] = { ms: this.position(layer), frames: Math.floor(this.position(layer) / 33) };
      return { mono: this.t, sys: T0 + this.t + this.sys_off, visible: true, decks };
    }
    position(layer) {
      if (layer.began === undefined) return layer.at || 0;
      const until = Math.min(this.t, layer.wedged ?? Infinity);
      return Math.min(layer.ms, (layer.at || 0) + Math.max(0, until - layer.began));
    }

    make_edition(serial) {
      const runs = [], slots = [];
      for (let t = 0; t < this.end + 60e3; t += slots[slots.length - 1][1]) {
        const item = Math.floor(this.r() * 8), it = this.items[item];
        slots.push([this.r() < 0.03 ? -1 : item, Math.ceil(it.ms / 100) * 100 + 200]);
      }
      const half = slots.length >> 1, length = list => list.reduce((sum, slot) => sum + slot[1], 0);
      runs.push({ from: T0, slots: slots.slice(0, half) });
      runs.push({ from: T0 + length(slots.slice(0, half)), block: "noon", slots: slots.slice(half) });
      const dark = 0.6 * this.end, lit = [[T0 - 3600e3, T0 + dark], [T0 + dark + 40e3, T0 + 10 * this.end]];
      const loop = [[5, 8000], [0, 4200], [6, 8000], [2, 7200], [7, 8000]];
      return programme.prepare(digest(1000 + serial), { v: 1, screen: "s", name: "n", place: "", serial, made_at: T0 - 60e3, canvas: [640, 360],
        good_until: T0 + 20 * this.end, items: this.items, lit, runs, loop, revoked: this.revoked.slice(), notices: [], dark: false, card: {} });
    }

    send(event) {
      if (this.seed % 10 === 0) freeze({ ...this.state, edition: null, pending: null, have: null });
      const [state, effects] = player.step(this.state, event, this.now());
      this.state = state;
      for (const effect of effects) this.carry_out(effect);
      this.look();
    }

    carry_out(fx) {
      const layer = this.layers[fx.layer], r = this.r();
      const ends = () => { if (this.open) { this.shown_for += this.t - this.open; this.open = null; } };
      switch (fx.do) {
        case "warm": {
          const item = this.items.find(i => programme.file_of(i).sha256 === fx.sha);
          const made = this.layers[fx.layer] = { sha: fx.sha, token: fx.token, at: fx.at, ms: item ? item.ms : 0, z: 0, visible: false, frame: false };
          const is_poster = fx.layer[0] === "i", delay = 10 + 300 * this.r() * this.r();
          if (!is_poster && r < 0.03) { this.note("never ready"); this.faulted.add(this.state.wait ? this.state.wait.key : "ahead"); this.late_at = this.t + 20e3; break; }
          if (!is_poster && r < 0.06) {
            this.note("broken"); this.late_at = this.t + 20e3;
            this.at(this.t + delay, () => this.send({ on: "fault", layer: fx.layer, token: fx.token, kind: r < 0.045 ? "broken" : "missing", detail: "" }));
            break;
          }
          this.at(this.t + delay, () => { made.frame = true; this.send({ on: "ready", layer: fx.layer, token: fx.token }); });
          break;
        }
        case "show":
          if (!layer || !layer.frame) return this.bad(`shown before its first frame: ${fx.layer}`);
          if (this.revoked_seen(layer.sha)) this.bad("a withdrawn file is shown again");
          ends();
          this.open = this.t;
          Object.assign(layer, { visible: true, z: ++this.z, began: this.t });
          if (fx.layer[0] === "v" && r < 0.03) { this.note("wedged"); layer.wedged = this.t + 3000 * this.r(); this.late_at = this.t + 20e3; }
          if (fx.layer[0] === "v" && r > 0.985) { this.note("no first frame"); this.late_at = this.t + 20e3; break; }
          this.at(this.t + 4 + 50 * this.r(), () => this.send({ on: "first", layer: fx.layer, token: fx.token }));
          break;
        case "hide": if (layer && layer.visible && layer.z === this.z) ends(); delete this.layers[fx.layer]; break;
        case "panel": this.panel = fx.panel; if (fx.panel) ends(); break;
        case "curtain": this.curtain = fx.on; if (fx.on) ends(); break;
        case "forget": this.gone = (this.gone || []).concat(fx.sha); this.at(this.t + 5, () => this.send({ on: "forgotten", serial: fx.serial })); break;
        case "play-open":
          if (fx.record.seq !== this.plays.length + 1) this.bad("a gap in the numbers of plays");
          this.plays.push({ ...fx.record, t: this.t, closed: false });
          break;
        case "play-close": {
          const play = this.plays[fx.record.seq - 1];
          if (!play || play.closed) this.bad("a play is closed twice"); else Object.assign(play, fx.record, { closed: true });
          break;
        }
        case "selftest": this.note("self-test"); this.at(this.t + 9000, () => this.send({ on: "tested", result: { number: fx.number } })); break;
        case "wake": { const n = (this.wake = (this.wake || 0) + 1); this.at(fx.at, () => { if (n === this.wake) this.send({ on: "tick" }); }); break; }
        default:
      }
    }

    revoked_seen(sha) { return (this.gone || []).includes(sha); }
    tick() { this.send({ on: "tick" }); this.at(this.t + 500, () => this.tick()); }

    beat() {
      const sent = this.t, trip = this.r() < 0.5 ? 5 + 40 * this.r() : 20e3 * this.r();
      if (!this.server_up) { this.send({ on: "offline" }); this.at(this.t + 5000, () => this.beat()); return; }
      this.at(sent + trip, () => {
        if (this.server_up) {
          const answer = { now: T0 + this.t - 2, edition: this.edition.id, serial: this.serial, revoked: this.revoked.slice(), notices: this.notices, dark: false,
            selftest: this.t > this.end * 0.8 && this.seed % 5 === 0 ? 1 : 0, plays: true };
          this.send({ on: "answer", answer, sent });
          if (!this.state.edition || this.state.edition.id !== this.edition.id) this.send({ on: "edition", edition: this.edition });
        }
        this.at(this.t + 300, () => this.beat());
      });
    }

    trouble() {
      const r = this.r();
      if (r < 0.2) { this.note("clock jumps"); this.sys_off += (this.r() - 0.5) * 7200e3; this.send({ on: "tick" }); }
      else if (r < 0.4) { this.note("server gone"); this.server_up = false; this.at(this.t + 120e3 * this.r(), () => { this.server_up = true; }); }
      else if (r < 0.6 && this.revoked.length < 3) {
        this.note("withdrawn");
        const on = this.state.on.seg.item && this.items.findIndex(i => i.sha256 === this.state.on.seg.item);
        const item = this.items[on >= 0 && on < 5 ? on : Math.floor(this.r() * 5)];
        if (!this.revoked.includes(item.sha256)) this.revoked.push(item.sha256);
        this.serial++;
      } else if (r < 0.8) { this.note("new edition"); this.serial++; this.edition = this.make_edition(this.serial); this.late_at = this.t + 60e3; }
      else { this.note("notice"); const from = T0 + this.t + 3000 * this.r(); this.notices = [{ id: ++this.serial, from, to: from + 20e3, title: "x", text: "" }]; }
    }

    // What is seen: the panel, else the highest layer with a frame, else the curtain, else the card.
    look() {
      const layers = Object.entries(this.layers).filter(([, l]) => l.visible && l.frame).sort((a, b) => b[1].z - a[1].z);
      const s = this.state, top = layers[0], seen = this.panel && !(top && s.on.layer === top[0] && top[1].z > 0 && s.under && s.under.panel) ? this.panel : top ? top[1].sha : this.curtain ? "curtain" : "card";
      if (top && this.revoked_seen(top[1].sha) && !this.panel) this.bad("a withdrawn file is on");
      // The programme by the player's own clock; a leap of a silent server's screen is followed on purpose.
      const known = s.clock.off !== null, wall = s.clock.off + this.t, is_right = Math.abs(wall - T0 - this.t) < 1500;
      if (known && is_right && seen === "dark" && programme.is_lit(this.edition, wall + 60) && programme.is_lit(this.edition, wall - 500)) this.bad("black in lit hours");
      if (known && is_right && s.edition) {
        const slot = programme.slot_at(s.edition, wall + 9), means_card = !slot || slot.item < 0 || !programme.is_lit(s.edition, wall);
        const is_card = seen === "card" || seen === "curtain" || seen === "pair";
        if (!is_card || means_card || s.testing || this.notices.some(n => n.from <= wall + 9 && wall - 9 < n.to)) this.card_since = this.t;
        else if (this.t - this.card_since > 5500) { this.bad(`the ${seen} for too long`); this.card_since = this.t; }
        if (slot && slot.item >= 0 && wall - slot.from > 2500 && slot.to - wall > 500 && this.t > this.late_at && !this.panel && !s.failed[slot.key] && known) {
          const file = programme.file_of(s.edition.items[slot.item]).sha256;
          const is_banned = s.revoked[file] !== undefined || s.revoked[s.edition.items[slot.item].sha256] !== undefined || s.quarantine[file];
          if (!is_banned) { this.checked++; if (seen === file) this.healthy++; }
        }
      }
      else this.card_since = this.t;
      const moving = top && !this.panel && top[0][0] === "v" && this.position(top[1]) < top[1].ms - 400;
      if (!moving || this.position(top[1]) !== this.last_position) this.still_since = this.t;
      else if (this.t - this.still_since > 3600) { this.bad("a still picture that should move"); this.still_since = this.t; }
      this.last_position = top && this.position(top[1]);
    }

    run() {
      while (this.queue.length && this.t < this.end) {
        let next = 0;
        for (let n = 1; n < this.queue.length; n++) if (this.queue[n].t < this.queue[next].t) next = n;
        const [{ t, act }] = this.queue.splice(next, 1);
        this.t = Math.max(this.t, t);
        act();
      }
      const closed = this.plays.filter(play => play.closed), sum = closed.reduce((total, play) => total + play.shown_ms, 0);
      const notices = 0, open = this.open ? this.t - this.open : 0;
      const last = this.plays[this.plays.length - 1], running = last && !last.closed ? this.t - last.t : 0;
      if (Math.abs(sum + running - this.shown_for - open - notices) > this.plays.length + 50) this.bad(`plays say ${sum + running}, seen were ${this.shown_for + open}`);
      this.plays.slice(1).forEach((play, n) => { const b = this.plays[n]; if (play.t < b.t + b.shown_ms - 1) this.bad("plays overlap"); if (!b.closed) this.bad("a play stays open"); });
      if (this.healthy < this.checked * 0.9 && this.checked - this.healthy > 8) this.bad(`only ${this.healthy} of ${this.checked} looks showed what the programme says`);
      return { violations: this.violations, happened: this.happened, plays: this.plays.length, checked: this.checked };
    }
  }

  globalThis.run_seeds = (from, count, minutes) => {
    const all = { violations: [], happened: {}, plays: 0, checked: 0 };
    for (let seed = from; seed < from + count; seed++) {
      const one = new World(seed, minutes).run();
      all.violations.push(...one.violations);
      all.plays += one.plays;
      all.checked += one.checked;
      for (const [what, times] of Object.entries(one.happened)) all.happened[what] = (all.happened[what] || 0) + times;
    }
    return all;
  };
  globalThis.World = World;
})();
