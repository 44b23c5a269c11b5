// Connects the parts: clocks and events go to the reducer, its effects to stage, store and server.
"use strict";
(root => {
  const jincai = (root.jincai ||= {});
  const { player, words } = jincai;
  const query = new URLSearchParams(location.search);
  const VERSION = "1", TICK = 250;

  function make_page({ store, way, url, boot }) {
    const ratio = () => root.devicePixelRatio || 1;
    const viewport = () => [Math.round(root.innerWidth * ratio()), Math.round(root.innerHeight * ratio())];
    const kept = store.settings.player || {}, outbox = jincai.make_outbox(store.plays);
    const page = { store, outbox, viewport, texts: {}, have: {}, link: null, key: store.settings.paired ? store.settings.paired.key : "" };
    let state = player.create({ boot, way, streaming: store.streaming, decks: Number(query.get("decks")) || 2,
      paired: way === "folder" || !!store.settings.paired, kept });
    const queue = [];
    let is_stepping = false, timer = 0;

    const stage = (page.stage = jincai.make_stage({ send, url }));
    const now = () => ({ mono: performance.now(), sys: Date.now(), visible: document.visibilityState === "visible", decks: stage.decks() });

    function send(event) {
      queue.push(event);
      if (is_stepping) return;
      is_stepping = true;
      try {
        while (queue.length) {
          const before = state, [after, effects] = player.step(state, queue.shift(), now());
          state = after;
          for (const effect of effects) carry_out(effect);
          const is_news = before.applied !== after.applied || before.edition !== after.edition || (after.result && !before.result);
          if (is_news && page.link) page.link.nudge();
        }
      } catch (error) {
        root.console.error(error);
        queue.push({ on: "say", kind: "page", detail: `${error.message} ${String(error.stack).split("\n")[1] || ""}` });
      } finally { is_stepping = false; }
    }

    function wake(at) {
      clearTimeout(timer);
      const left = at - performance.now();
      timer = setTimeout(() => {
        const turn = () => { if (performance.now() >= at - 9) send({ on: "tick" }); else requestAnimationFrame(turn); };
        if (document.visibilityState === "visible") turn(); else send({ on: "tick" });
      }, Math.max(0, left - 25));
    }

    const ignore = promise => promise.catch(error => send({ on: "say", kind: "disk", detail: error.message }));
    const ACTS = {
      wake: fx => wake(fx.at),
      keep: fx => ignore(store.put("player", fx.value)),
      "play-open": fx => ignore(store.play(boot, fx.record, true)),
      "play-mark": fx => ignore(store.play(boot, fx.record, true)),
      "play-close": fx => { outbox.add(boot, fx.record); ignore(store.play(boot, fx.record, false)); },
      suspect(fx) {
        if (store.streaming || way === "folder") return;
        const { [fx.sha]: _, ...rest } = page.have;
        send({ on: "files", have: (page.have = rest), total: page.total || 0 });
        store.suspect(fx.sha);
      },
      forget(fx) {
        for (const sha of fx.sha) delete page.have[sha];
        page.have = { ...page.have };
        send({ on: "files", have: page.have, total: page.total || 0 });
        store.forget(fx.sha).finally(() => send({ on: "forgotten", serial: fx.serial }));
      },
      adopt(fx) {
        stage.set_canvas(fx.canvas);
        words.set_card(fx.card);
        if (page.texts[fx.id]) keep_edition(page.texts[fx.id]);
      },
      selftest: fx => jincai.selftest(fx.number, stage, Number(query.get("selftest")) || undefined).then(result => send({ on: "tested", result })),
      // Once a day, in the dark: a page that was newly loaded has leaked nothing. Only where that needs no network.
      night() { if (performance.now() > 6 * 3600e3 && (way === "page" || way === "agent")) setTimeout(() => location.reload(), 5000); },
    };
    const carry_out = fx => (stage.acts[fx.do] || ACTS[fx.do] || (() => {}))(fx);

    function keep_edition(entry) {
      store.put("edition", entry);
      try { localStorage.setItem("jincai-edition", JSON.stringify(entry)); } catch { /* a second copy, if there is room */ }
    }

    function want(edition) {
      const wall = Date.now() + state.clock.sys_off, list = jincai.programme.all_files(edition, wall).filter(({ sha256 }) => state.revoked[sha256] === undefined);
      const current = state.edition ? jincai.programme.all_files(state.edition, wall).map(({ sha256 }) => sha256) : [];
      page.total = list.length;
      send({ on: "files", have: page.have, total: page.total });
      store.want(list, list.map(({ sha256 }) => sha256).concat(current));
    }

    page.on_have = sha => { if (state.revoked[sha] === undefined) send({ on: "files", have: (page.have = { ...page.have, [sha]: true }), total: page.total || 0 }); };
    page.stock = list => {
      page.have = Object.fromEntries(list.filter(sha => state.revoked[sha] === undefined).map(sha => [sha, true]));
      send({ on: "files", have: page.have, total: page.total || 0 });
    };
    page.on_fault = fault => send({ on: "say", ...fault });
    page.edition = async (text, id) => {
      const edition = await jincai.read_edition(text, id, page.key);
      page.texts = { ...(state.edition ? { [state.edition.id]: page.texts[state.edition.id] } : {}), [id]: { id, text } };
      want(edition);
      send({ on: "edition", edition });
    };
    Object.assign(page, { send, now, state: () => state, want, plays_every: Number(query.get("plays")) || (way === "agent" ? 2e3 : 60e3), keep_edition });
    page.words_of_beat = () => player.beat(state, now(), { viewport: viewport(), version: VERSION });
    page.start = () => {
      setInterval(() => send({ on: "tick" }), TICK);
      setInterval(() => words.drift(Math.floor(Date.now() / 60e3)), 60e3);
      document.addEventListener("visibilitychange", () => send({ on: "visible", value: document.visibilityState === "visible" }));
      root.addEventListener("error", event => send({ on: "say", kind: "page", detail: event.message }));
      if (store.lost) send({ on: "say", kind: "lost", detail: "stored plays or settings were lost" });
      if (navigator.wakeLock) navigator.wakeLock.request("screen").catch(() => {});
      send({ on: "tick" });
    };
    return page;
  }

  const new_boot = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), byte => byte.toString(16).padStart(2, "0")).join("");

  // Plays that were open when the page ended: cut, with at least what was last written.
  const closed = rows => rows.map(({ boot, play }) => ({ boot, play }));

  // The program on the box (`?way=agent`) keeps files and checks them itself: they are not kept twice.
  const by_address = store => Object.assign(store, {
    streaming: false, want: async () => {}, suspect: async () => {}, forget: async () => {}, url: async sha => `/screen/v1/file/${sha}`,
  });

  async function restore_edition(page) {
    const copies = [page.store.settings.edition];
    try { copies.push(JSON.parse(localStorage.getItem("jincai-edition"))); } catch { /* the first is enough */ }
    for (const copy of copies.filter(Boolean)) try { return await page.edition(copy.text, copy.id); } catch { /* the other, or none */ }
  }

  async function start_served() {
    let page = null;
    const early = [];
    const on_have = sha => (page ? page.on_have(sha) : early.push(sha));
    const store = await jincai.private_store(on_have, fault => page && page.on_fault(fault))
      .catch(() => jincai.plain_store("jincai", true, sha => `/screen/v1/file/${sha}`));
    store.plays = closed(store.plays);
    const is_agent = query.get("way") === "agent";
    if (is_agent) by_address(store);
    if (store.streaming || is_agent) try { store.settings.paired ||= JSON.parse(localStorage.getItem("jincai-paired")); } catch { /* asked again */ }
    const way = is_agent ? "agent" : store.streaming ? "page-insecure" : "page";
    page = root.jincai.page = make_page({ store, way, url: store.url, boot: new_boot() });
    page.show_code = code => words.set_pairing({
      code: code || "····-····", qr: code ? `/screen/v1/qr/${encodeURIComponent(code)}.svg` : "data:,",
      hint: code ? `请管理员在播出服务器上运行：jincai screens pair ${code} 屏幕编号 --by 姓名` : "正在连接服务器……", hint_en: code ? `On the server of screens, type: jincai screens pair ${code} SCREEN --by NAME` : "Waiting for the server…",
    });
    page.paired = answer => {
      page.key = answer.key || "";
      const paired = { screen: answer.screen, name: answer.name, key: page.key };
      store.put("paired", paired);
      try { localStorage.setItem("jincai-paired", JSON.stringify(paired)); } catch { /* kept once */ }
      page.send({ on: "paired", value: true });
    };
    page.forgotten = () => {
      store.put("paired", null);
      store.put("edition", null);
      for (const name of ["jincai-paired", "jincai-edition"]) try { localStorage.removeItem(name); } catch { /* not there */ }
      words.set_card(null);
      page.send({ on: "paired", value: false });
    };
    page.show_code("");
    early.forEach(page.on_have);
    if (store.settings.paired) await restore_edition(page);
    page.start();
    page.link = jincai.make_link(page);
    if (navigator.serviceWorker) navigator.serviceWorker.register("/sw.js").catch(() => {});
    if (!query.has("decks")) jincai.probe_decks().then(two => { if (!two) page.send({ on: "decks", value: 1 }); }).catch(() => {});
    page.link.run();
  }

  // A folder that is opened by double click: no server, `current.js` says what there is.
  function start_folder() {
    let page = null, last = "", paths = {};
    root.jincai_current = async ({ edition, files, stick }) => {
      if (!edition || edition === last) return;
      last = edition;
      paths = files || {};
      if (!page) {
        const store = await jincai.plain_store(`jincai-stick-${Number(stick) || 0}`, false, sha => (Object.hasOwn(paths, sha) ? paths[sha] : null));
        store.plays = closed(store.plays);
        page = root.jincai.page = make_page({ store, way: "folder", url: store.url, boot: new_boot() });
        page.start();
        jincai.save_plays_on_key(page, Number(stick) || 0);
      }
      try {
        const body = edition.split("\n")[0], prepared = jincai.programme.prepare(jincai.sha256(body), JSON.parse(body));
        page.send({ on: "files", have: (page.have = Object.fromEntries(Object.keys(paths).map(sha => [sha, true]))), total: Object.keys(paths).length });
        page.send({ on: "edition", edition: prepared });
      } catch (error) { page.send({ on: "say", kind: "edition", detail: error.message }); }
    };
    const load = () => {
      const script = document.createElement("script");
      script.src = `current.js?t=${Date.now()}`;
      script.onload = script.onerror = () => script.remove();
      document.body.append(script);
    };
    load();
    setInterval(load, 15e3);
  }

  if (location.protocol === "file:") start_folder(); else start_served();
})(self);
