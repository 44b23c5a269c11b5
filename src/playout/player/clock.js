// What time it is: from the server's answers, else from the system, else unknown. Pure; times are milliseconds.
"use strict";
(root => {
  const jincai = (root.jincai ||= {});
  const JUMP = 2000, SILENT = 60e3, QUICK = 300;

  // {shift, known}: wall clock = now.mono + shift. Known are the server's time, and the system's where it is neither older than
  // the edition nor than the newest time that was ever seen (a battery that is empty says 1970).
  function time(s, now) {
    const c = s.clock;
    if (c.off !== null) return { shift: c.off, known: true };
    const wall = now.sys + c.sys_off, floor = Math.max(c.newest - JUMP, s.edition ? s.edition.made_at : 0);
    return { shift: wall - now.mono, known: wall >= floor };
  }

  // An answer was written just before it came: of a beat that was held, too, whose time says nothing of the way. So the way is half
  // of what the quickest beats took that were answered at once. Of the last eight the better half, their median. Returns by how
  // much a known clock was off, where that is much.
  function on_answer(c, server, sent, now) {
    const sample = { low: server - now.mono, trip: now.mono - sent };
    const is_jump = c.off !== null && (sample.low - c.off > JUMP || c.off - sample.low > JUMP + Math.min(sample.trip, 1000));
    c.samples = (is_jump ? [] : c.samples).concat(sample).slice(-8);
    const quick = c.samples.filter(({ trip }) => trip < QUICK).map(({ trip }) => trip);
    if (quick.length) c.trip = Math.min(...quick);
    const best = c.samples.map(({ low }) => low).sort((a, b) => b - a).slice(0, Math.ceil(c.samples.length / 2));
    const before = c.off;
    c.off = best[best.length >> 1] + (c.trip || 0) / 2;
    c.heard = now.mono;
    c.drift = now.sys - now.mono;
    c.sys_off = now.mono + c.off - now.sys;
    c.newest = server;
    return is_jump ? c.off - before : 0;
  }

  // A computer that slept wakes with a monotonic clock that stood still: where no server was heard for a minute, a system clock
  // that leapt ahead is followed. One that leapt back never is.
  function follow_system(c, now) {
    if (c.off === null || c.drift === null) return;
    const drift = now.sys - now.mono, leap = drift - c.drift;
    if (Math.abs(leap) < JUMP) return;
    if (leap > 0 && now.mono - c.heard > SILENT) c.off += leap; else c.sys_off -= leap;
    c.drift = drift;
  }

  jincai.clock = { time, on_answer, follow_system };
})(typeof self === "undefined" ? globalThis : self);
