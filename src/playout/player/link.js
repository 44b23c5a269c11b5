// Talks to the server: pairing, beats that it holds until something is new, editions, plays. Every way to fail is waited out.
"use strict";
(root => {
  const jincai = (root.jincai ||= {});
  const sleep = ms => new Promise(done => setTimeout(done, ms));
  const post = (path, body, signal) => fetch(path, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), cache: "no-store", signal,
  });
  const MOST = 200, EVERY = 60e3;

  // `page`: {send, state, now, words_of_beat, paired(answer), forgotten(), edition(text, id), stock(list), outbox, store, plays_every, key}.
  function make_link(page) {
    let held = null, again = 1000, pause = 300, refused = "", is_sending = false, last_sent = 0, stock = 0;

    async function pair() {
      for (;;) {
        try {
          const reply = await post("/screen/v1/hello", { viewport: page.viewport(), agent: navigator.userAgent }, AbortSignal.timeout(15e3));
          if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
          const { code, ticket, expires } = await reply.json();
          page.show_code(code);
          const until = performance.now() + Math.min(600e3, Math.max(60e3, (expires || 0) - Date.now()));
          while (performance.now() < until) {
            await sleep(2000);
            const answer = await fetch(`/screen/v1/paired/${ticket}`, { cache: "no-store", signal: AbortSignal.timeout(15e3) });
            if (answer.status === 200) return page.paired(await answer.json());
            if (answer.status !== 204) break;
          }
        } catch { page.show_code(""); await sleep(10.5e3); }
      }
    }

    async function fetch_edition(id) {
      if (!jincai.programme.is_digest(id) || id === refused) return;
      const reply = await fetch(`/screen/v1/edition/${id}`, { signal: AbortSignal.timeout(60e3) });
      if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
      const text = await reply.text();
      try { await page.edition(text, id); } catch (error) {
        refused = id;
        setTimeout(() => { refused = ""; }, 300e3);
        page.send({ on: "say", kind: "edition", detail: `${id.slice(0, 12)}: ${error.message}` });
      }
    }

    // The program on the box keeps files and checks them; a number tells when it has others.
    async function fetch_stock() {
      const reply = await fetch("/screen/v1/stock", { cache: "no-store", signal: AbortSignal.timeout(15e3) });
      if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
      const answer = await reply.json();
      stock = answer.stock;
      page.stock(answer.have);
    }

    async function one_beat() {
      const words = page.words_of_beat(), sent = performance.now();
      held = new AbortController();
      const timer = setTimeout(() => held.abort(), 30e3), abort = held;
      let reply, answer;
      try {
        reply = await post("/screen/v1/beat", words, abort.signal);
        if (reply.status === 401) return "forgotten";
        if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
        answer = await reply.json();
      } finally { clearTimeout(timer); if (held === abort) held = null; }
      if (!Number.isInteger(answer.now)) throw new Error("no answer");
      // The program on the box was paired anew: what this page knows is of another pairing.
      if (answer.key && answer.key !== page.key) return "forgotten";
      if (answer.stock && answer.stock !== stock) await fetch_stock();
      page.send({ on: "told", faults: words.faults.length, frames: words.frames, moving: words.moving_ms, result: words.selftest ? words.selftest.number : 0 });
      page.send({ on: "answer", answer, sent });
      const state = page.state(), have = state.pending || state.edition;
      const is_wanted = answer.edition && (!have || have.id !== answer.edition);
      // While files are still fetched, or an edition was refused, the server has nothing to hold a beat for.
      pause = answer.edition !== words.edition && (!is_wanted || answer.edition === refused) ? 700 : 300;
      if (is_wanted) await fetch_edition(answer.edition);
      if (answer.plays !== false) send_plays();
      return "";
    }

    async function run() {
      for (;;) {
        if (!page.state().paired) await pair();
        try {
          const began = performance.now();
          if (await one_beat() === "forgotten") page.forgotten();
          again = 1000;
          const quick = pause - (performance.now() - began);
          if (quick > 0) await sleep(quick);
        } catch (error) {
          if (error.name === "AbortError" && is_nudged) { is_nudged = false; continue; }
          page.send({ on: "offline" });
          await sleep(again * (0.75 + Math.random() / 2));
          again = Math.min(15e3, again * 1.6);
        }
      }
    }

    // Something is new here: the beat that is held is given up for one that says so.
    let is_nudged = false;
    function nudge() { if (held) { is_nudged = true; held.abort(); } }

    // Oldest first, one batch at a time; deleted only up to what the server says it keeps.
    async function send_plays() {
      const { outbox, store } = page;
      if (is_sending || !outbox.count() || (performance.now() - last_sent < page.plays_every && outbox.count() < MOST)) return;
      is_sending = true;
      try {
        for (let batch; (batch = outbox.batch(MOST));) {
          last_sent = performance.now();
          const reply = await post("/screen/v1/plays", batch, AbortSignal.timeout(30e3));
          if (!reply.ok) break;
          const { upto } = await reply.json();
          if (!Number.isInteger(upto) || upto < batch.plays[0].seq) break;
          await store.sent(batch.boot, upto);
          outbox.drop(batch.boot, upto);
        }
      } catch { /* the next time */ } finally { is_sending = false; }
    }

    setInterval(() => { if (page.state().paired) send_plays(); }, Math.min(EVERY, page.plays_every));
    return { run, nudge };
  }

  // Plays that are over and not yet kept by the server, by boot.
  function make_outbox(rows) {
    const boots = new Map();
    const add = (boot, play) => { if (!boots.has(boot)) boots.set(boot, new Map()); boots.get(boot).set(play.seq, play); };
    for (const { boot, play } of rows) add(boot, play);
    return {
      add, all: () => [...boots].map(([boot, plays]) => ({ boot, plays: [...plays.values()] })), count: () => [...boots.values()].reduce((sum, plays) => sum + plays.size, 0),
      batch(most) {
        for (const [boot, plays] of boots) {
          if (plays.size) return { boot, plays: [...plays.values()].sort((a, b) => a.seq - b.seq).slice(0, most) };
          boots.delete(boot);
        }
        return null;
      },
      drop(boot, upto) { const plays = boots.get(boot); if (plays) for (const seq of plays.keys()) if (seq <= upto) plays.delete(seq); },
    };
  }

  jincai.make_link = make_link;
  jincai.make_outbox = make_outbox;
})(self);
