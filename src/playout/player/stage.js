// What is seen: carries out effects on two videos, two pictures, panels, the curtain and the card. Decks change by visibility and
// stacking alone: a change of transparency shows black for a frame that no script can see.
"use strict";
(root => {
  const jincai = (root.jincai ||= {});
  const by_id = name => document.getElementById(name);
  const once = (target, event, ms) => new Promise((resolve, reject) => {
    const timer = setTimeout(() => { off(); reject(new Error(`no ${event}`)); }, ms);
    const off = () => { clearTimeout(timer); target.removeEventListener(event, good); target.removeEventListener("error", wrong); };
    const good = () => { off(); resolve(); }, wrong = () => { off(); reject(new Error("error")); };
    target.addEventListener(event, good);
    target.addEventListener("error", wrong);
  });

  // `send` takes events for the reducer; `url` gives the address of a file, or null.
  function make_stage({ send, url }) {
    const stage = by_id("stage"), curtain = by_id("curtain"), paint = curtain.getContext("2d");
    const layers = {}, panels = {};
    let top = 10, canvas = null;
    for (const id of ["v0", "v1", "i0", "i1"]) layers[id] = { el: by_id(id), id, token: 0, frames: 0, seen: 0, url: "", shown: false };
    for (const id of ["dark", "pair", "notice", "test"]) panels[id] = by_id(id);
    let panel = "";

    const raise = el => { el.style.zIndex = ++top; el.style.visibility = "visible"; };

    function fault(layer, token, kind, detail) {
      if (layer.token === token) send({ on: "fault", layer: layer.id, token, kind, detail });
    }

    // A video that cannot be opened is broken, or its file is not to be had.
    async function explain(layer, token) {
      const error = layer.el.error, address = layer.url;
      let kind = error && error.code === 2 ? "missing" : "broken";
      if (address.startsWith("http")) {
        const reply = await fetch(address, { method: "HEAD", cache: "no-store" }).catch(() => null);
        if (!reply || !reply.ok) kind = "missing";
      }
      fault(layer, token, kind, error ? `${error.code} ${error.message}` : "no picture");
    }

    function count_frames(layer, token) {
      layer.el.requestVideoFrameCallback((_, frame) => {
        if (layer.token !== token) return;
        if (layer.shown) {
          layer.frames += Math.max(0, frame.presentedFrames - layer.seen);
          if (!layer.is_first) { layer.is_first = true; send({ on: "first", layer: layer.id, token }); }
        }
        layer.seen = frame.presentedFrames;
        layer.ready && layer.ready();
        count_frames(layer, token);
      });
    }

    async function warm_video(layer, token, at) {
      const video = layer.el, presented = new Promise(done => { layer.ready = done; });
      if (video.requestVideoFrameCallback) count_frames(layer, token); else layer.ready();
      video.src = layer.url;
      video.load();
      await once(video, "canplay", 10e3);
      if (layer.token !== token) return;
      await video.play().catch(error => { if (error.name !== "AbortError") throw error; });
      if (layer.token !== token) return;
      video.pause();
      const seeked = once(video, "seeked", 5000);
      video.currentTime = at / 1000;
      await seeked;
      await Promise.race([presented, new Promise(done => setTimeout(done, 1000))]);
      layer.ready = null;
    }

    async function warm(fx) {
      const layer = layers[fx.layer], { token } = fx;
      Object.assign(layer, { token, frames: 0, seen: 0, shown: false, is_first: false, ready: null });
      const address = await url(fx.sha);
      if (layer.token !== token) return;
      if (!address) return fault(layer, token, "missing", "it is not here");
      layer.url = new URL(address, location.href).href;
      try {
        if (fx.layer[0] === "v") await warm_video(layer, token, fx.at);
        else { layer.el.src = layer.url; await layer.el.decode(); }
        if (layer.token === token) send({ on: "ready", layer: fx.layer, token });
      } catch (error) {
        if (layer.token !== token) return;
        if (fx.layer[0] === "v" || layer.url.startsWith("http")) explain(layer, token); else fault(layer, token, "broken", error.message);
      }
    }

    function show(fx) {
      const layer = layers[fx.layer], { token } = fx;
      if (layer.token !== token) return;
      layer.shown = true;
      if (fx.layer[0] === "v") layer.el.play().catch(() => {});
      raise(layer.el);
      if (fx.layer[0] === "v" && layer.el.requestVideoFrameCallback) return;
      const first = () => { if (layer.token === token && !layer.is_first) { layer.is_first = true; send({ on: "first", layer: fx.layer, token }); } };
      requestAnimationFrame(() => requestAnimationFrame(first));
      setTimeout(first, 400);
    }

    function hide(fx) {
      const layer = layers[fx.layer];
      layer.token = -1;
      layer.shown = false;
      layer.el.style.visibility = "hidden";
      if (fx.layer[0] === "v") { layer.el.pause(); layer.el.removeAttribute("src"); layer.el.load(); } else layer.el.removeAttribute("src");
      if (layer.url.startsWith("blob:")) URL.revokeObjectURL(layer.url);
      layer.url = "";
    }

    // The last frame below the decks; a cover where there is none to be had.
    function draw_curtain(fx) {
      if (!fx.on) { curtain.style.visibility = "hidden"; return wipe(); }
      const layer = fx.from && layers[fx.from], [width, height] = canvas || [stage.clientWidth, stage.clientHeight];
      if (curtain.width !== width || curtain.height !== height) Object.assign(curtain, { width, height });
      const has_frame = layer && (layer.id[0] === "i" || (layer.el.readyState >= 2 && !layer.el.error && layer.is_first));
      if (has_frame) { paint.drawImage(layer.el, 0, 0, width, height); curtain.style.visibility = "visible"; } else wipe();
      if (!has_frame && fx.cover) draw_cover(fx.cover, width, height);
    }

    async function draw_cover(sha, width, height) {
      const turn = (draw_cover.turn = (draw_cover.turn || 0) + 1), address = await url(sha);
      if (!address) return;
      const image = new Image();
      image.src = address;
      try { await image.decode(); } catch { return; }
      if (draw_cover.turn === turn) { paint.drawImage(image, 0, 0, width, height); curtain.style.visibility = "visible"; }
    }

    function wipe() {
      draw_cover.turn = (draw_cover.turn || 0) + 1;
      paint.clearRect(0, 0, curtain.width, curtain.height);
    }

    function set_panel(fx) {
      if (fx.panel === "notice") jincai.words.set_notice(fx.notice);
      const before = panels[panel];
      if (fx.panel) raise(panels[fx.panel]);
      if (before && panel !== fx.panel) before.style.visibility = "hidden";
      panel = fx.panel;
      if (!panel && fx.panel !== undefined) jincai.words.fit();
    }

    // A panel is of exactly so many of the device's pixels; one that is larger than the device is made smaller as a whole.
    function fit() {
      const ratio = root.devicePixelRatio || 1, [width, height] = canvas ? canvas.map(side => side / ratio) : [root.innerWidth, root.innerHeight];
      const scale = Math.min(1, root.innerWidth / width, root.innerHeight / height);
      Object.assign(stage.style, { width: `${width}px`, height: `${height}px`, transform: scale < 1 ? `scale(${scale})` : "none" });
      stage.style.setProperty("--u", `${Math.min(width, height, Math.max(width, height) * 0.45) / 100}px`);
      document.documentElement.classList.toggle("upright", height > width);
      jincai.words.fit();
    }

    root.addEventListener("resize", fit);
    const ACTS = { warm, show, hide, curtain: draw_curtain, wipe, panel: set_panel, replay: fx => layers[fx.layer].el.play().catch(() => {}) };
    for (const layer of Object.values(layers)) {
      if (layer.id[0] === "v") layer.el.addEventListener("error", () => { if (layer.shown && layer.el.error) explain(layer, layer.token); });
    }
    fit();
    return {
      acts: ACTS, layers,
      set_canvas(size) { canvas = size; fit(); },
      decks() {
        const found = {};
        for (const { id, el, frames, shown } of Object.values(layers)) if (shown) found[id] = { ms: id[0] === "v" ? el.currentTime * 1000 : 0, frames };
        return found;
      },
    };
  }

  jincai.make_stage = make_stage;
})(self);
