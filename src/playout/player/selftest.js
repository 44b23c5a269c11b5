// The self-test: clips with a row of bits that say clip and frame, changed as the programme changes works, on this very machine.
// It reads what the decoder gives to the page: late, frozen and wrong pictures. It cannot see what the panel shows, nor whether
// the compositor drew black for a frame; a person has to look at that.
"use strict";
(root => {
  const jincai = (root.jincai ||= {});
  const CELLS = 20, CLIPS = 4, SLOT = 1500, STEP = 1000 / 30;
  const clip = n => (jincai.clips ? jincai.clips[n] : `/selftest/${n + 1}.mp4`);
  const sleep = ms => new Promise(done => setTimeout(done, ms));
  const event = (el, name, ms) => new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`no ${name}`)), ms);
    el.addEventListener(name, () => { clearTimeout(timer); done(); }, { once: true });
  });

  // [clip, frame] of a picture, or null. `paint` is a context of CELLS×1.
  function read(video, paint) {
    paint.drawImage(video, 0, 0, video.videoWidth, video.videoHeight / 9, 0, 0, CELLS * 4, 4);
    const pixels = paint.getImageData(0, 2, CELLS * 4, 1).data;
    const bits = Array.from({ length: CELLS }, (_, n) => (pixels[(n * 4 + 2) * 4 + 1] > 128 ? 1 : 0));
    const number = (from, to) => bits.slice(from, to).reduce((sum, bit) => sum * 2 + bit, 0);
    const id = number(2, 6), frame = number(6, 14);
    return bits[0] && !bits[1] && bits[18] && !bits[19] && number(14, 18) === (id * 7 + frame) % 16 ? [id, frame] : null;
  }

  async function load(video, address) {
    const ready = event(video, "canplay", 4000);
    video.src = address;
    video.load();
    await ready;
    await video.play();
    video.pause();
    const seeked = event(video, "seeked", 3000);
    video.currentTime = 0;
    await seeked;
  }

  const clear = video => { video.pause(); video.removeAttribute("src"); video.load(); };

  // Whether a second video decodes beside the first. Devices with one decoder stop the first, or never start the second.
  async function probe_decks() {
    const [a, b] = [0, 1].map(() => Object.assign(document.createElement("video"), { muted: true, playsInline: true, loop: true }));
    try {
      await load(a, clip(0));
      await a.play();
      await load(b, clip(1));
      await b.play();
      const before = [a.currentTime, b.currentTime];
      await sleep(500);
      return a.currentTime !== before[0] && b.currentTime !== before[1] && !a.error && !b.error;
    } catch { return false; } finally { clear(a); clear(b); }
  }

  async function selftest(number, stage, changes = 40) {
    const decks = [stage.layers.v0.el, stage.layers.v1.el], canvas = Object.assign(document.createElement("canvas"), { width: CELLS * 4, height: 4 });
    const paint = canvas.getContext("2d", { willReadFrequently: true }), gaps = [];
    const result = { number, changes: 0, gap_p50_ms: 0, gap_max_ms: 0, frames_wanted: 0, frames_seen: 0, wrong: 0, two_decks: await probe_decks(), detail: "" };
    let last_picture = 0, watched = null;
    const watch = (video, id) => video.requestVideoFrameCallback(() => {
      if (watched !== video) return;
      const at = performance.now(), found = read(video, paint);
      if (!found || found[0] !== id) result.wrong += 1; else result.frames_seen += 1;
      if (video.dataset.fresh) { if (last_picture) gaps.push(at - last_picture); delete video.dataset.fresh; }
      last_picture = at;
      watch(video, id);
    });
    try {
      await load(decks[0], clip(0));
      for (let n = 0; n < changes; n++) {
        const video = decks[n % 2], next = decks[1 - (n % 2)], began = performance.now();
        const before = watched;
        watched = video;
        video.dataset.fresh = "1";
        watch(video, (n % CLIPS) + 1);
        await video.play();
        if (before) before.pause();
        await sleep(200);
        await load(next, clip((n + 1) % CLIPS));
        await sleep(Math.max(0, SLOT - (performance.now() - began)));
        result.frames_wanted += Math.floor(Math.min(SLOT, video.duration * 1000) / STEP);
        result.changes += 1;
      }
    } catch (error) { result.detail = `${error.message}; `; }
    watched = null;
    decks.forEach(clear);
    // The hold between a clip's last frame and the end of its slot is meant, so it is not counted as a gap.
    const hold = SLOT - 1200, sorted = gaps.map(gap => Math.max(0, gap - hold)).sort((a, b) => a - b);
    result.gap_p50_ms = sorted[sorted.length >> 1] || 0;
    result.gap_max_ms = sorted[sorted.length - 1] || 0;
    result.detail += "measured in the page, which cannot see whether the panel was black: look at a change yourself";
    return result;
  }

  jincai.probe_decks = probe_decks;
  jincai.selftest = selftest;
})(self);
