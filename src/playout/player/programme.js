// What an edition says for a moment: pure look-ups, no clock, no page. Times are milliseconds since 1970, UTC.
"use strict";
(root => {
  const jincai = (root.jincai ||= {});
  const is_whole = value => Number.isInteger(value) && value >= 0;
  const is_digest = text => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
  const must = (holds, what) => { if (!holds) throw new Error(what); };

  const check_asset = asset => must(asset && is_digest(asset.sha256) && is_whole(asset.bytes), "a file without digest");

  const check_item = item => {
    check_asset(item);
    must(item.kind === "video" || item.kind === "poster", "an item of unknown kind");
    must(is_whole(item.ms) && item.ms > 0, "an item without duration");
    if (item.picture) check_asset(item.picture);
  };

  const check_slots = (slots, items) => {
    must(Array.isArray(slots), "a run without slots");
    for (const slot of slots) {
      must(Array.isArray(slot) && Number.isInteger(slot[0]) && slot[0] >= -1 && slot[0] < items, "a slot of no item");
      must(is_whole(slot[1]) && slot[1] > 0, "a slot without length");
    }
  };

  // Refuses an edition as a whole, or returns it with what makes look-ups quick: the ends of each run's slots.
  function prepare(id, edition) {
    must(edition && edition.v === 1, "a format that this page does not know");
    must(Array.isArray(edition.items) && Array.isArray(edition.lit) && Array.isArray(edition.runs), "it lacks a part");
    must(is_whole(edition.made_at) && is_whole(edition.good_until) && is_whole(edition.serial), "it lacks a date");
    must(Array.isArray(edition.canvas) && edition.canvas.every(side => is_whole(side) && side > 0), "it lacks a canvas");
    edition.items.forEach(check_item);
    check_slots(edition.loop, edition.items.length);
    let before = -Infinity;
    const ends = edition.runs.map(run => {
      must(is_whole(run.from) && run.from >= before, "runs out of order");
      check_slots(run.slots, edition.items.length);
      let end = run.from;
      const list = run.slots.map(slot => (end += slot[1]));
      before = end;
      return list;
    });
    before = -Infinity;
    for (const [from, to] of edition.lit) {
      must(is_whole(from) && is_whole(to) && from >= before && to > from, "hours out of order");
      before = to;
    }
    for (const notice of edition.notices || []) check_notice(notice);
    must((edition.revoked || []).every(is_digest), "a withdrawal of no file");
    return Object.freeze({ id, ends, ...edition, notices: edition.notices || [], revoked: edition.revoked || [] });
  }

  function check_notice(notice) {
    must(is_whole(notice.id) && is_whole(notice.from) && is_whole(notice.to), "a notice without times");
    if (notice.picture) check_asset(notice.picture);
  }

  // Index of the first element for which `test` holds; `list.length` where none does. `test` must be false, then true.
  function first(list, test) {
    let low = 0, high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (test(list[middle])) high = middle; else low = middle + 1;
    }
    return low;
  }

  // The slot of a moment: {key, place, item, from, to}, without item (-1) where the card is meant; null outside runs.
  function slot_at(edition, wall) {
    const at = first(edition.runs, run => run.from > wall) - 1;
    if (at < 0) return null;
    const ends = edition.ends[at], place = first(ends, end => end > wall);
    if (place >= ends.length) return null;
    const run = edition.runs[at], from = place ? ends[place - 1] : run.from;
    return { key: `${from}:${run.slots[place][0]}`, item: run.slots[place][0], from, to: ends[place], block: run.block };
  }

  function is_lit(edition, wall) {
    const at = first(edition.lit, span => span[1] > wall);
    return at < edition.lit.length && edition.lit[at][0] <= wall;
  }

  // The next moment after `wall` at which something other than the end of a slot may change what is shown.
  function next_border(edition, notices, wall) {
    let border = wall < edition.good_until ? edition.good_until : Infinity;
    const take = at => { if (at > wall && at < border) border = at; };
    const lit = first(edition.lit, span => span[1] > wall);
    if (lit < edition.lit.length) edition.lit[lit].forEach(take);
    const run = first(edition.runs, run => run.from > wall);
    if (run < edition.runs.length) take(edition.runs[run].from);
    for (const notice of notices) { take(notice.from); take(notice.to); }
    return border;
  }

  // The file that is put on the screen for an item: a poster's picture, else the video.
  const file_of = item => (item.kind === "poster" && item.picture ? item.picture : item);

  // Files that an edition needs from `wall` on for `ms`, the soonest first, then the loop, then covers; each once.
  function files_from(edition, wall, ms) {
    const wanted = new Map();
    const want = asset => { if (asset && !wanted.has(asset.sha256)) wanted.set(asset.sha256, asset); };
    for (const notice of edition.notices) want(notice.picture);
    edition.runs.forEach((run, at) => {
      const ends = edition.ends[at];
      if (run.from >= wall + ms || !ends.length || ends[ends.length - 1] <= wall) return;
      run.slots.forEach(([item], place) => {
        const from = place ? ends[place - 1] : run.from;
        if (item >= 0 && ends[place] > wall && from < wall + ms) want(file_of(edition.items[item]));
      });
    });
    for (const [item] of edition.loop) if (item >= 0) want(file_of(edition.items[item]));
    return [...wanted.values()];
  }

  // All files of an edition: those of the next day first, then the rest, then covers.
  function all_files(edition, wall) {
    const wanted = new Map(files_from(edition, wall, 24 * 3600e3).map(asset => [asset.sha256, asset]));
    for (const asset of files_from(edition, edition.made_at, Infinity)) wanted.set(asset.sha256, asset);
    for (const item of edition.items) {
      const file = file_of(item);
      wanted.set(file.sha256, file);
      if (item.picture) wanted.set(item.picture.sha256, item.picture);
    }
    return [...wanted.values()].map(({ sha256, bytes }) => ({ sha256, bytes }));
  }

  jincai.programme = { prepare, check_notice, slot_at, is_lit, next_border, file_of, files_from, all_files, is_digest };
})(typeof self === "undefined" ? globalThis : self);
