// SHA-256 in steps (FIPS 180-4), for what the browser's own cannot do: files in pieces, and pages without a secure context.
"use strict";
(root => {
  const jincai = (root.jincai ||= {});
  const K = new Int32Array(64);
  const START = new Uint32Array(8);
  for (let n = 2, found = 0; found < 64; n++) {
    let is_prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) is_prime = false;
    if (!is_prime) continue;
    if (found < 8) START[found] = ((Math.sqrt(n) % 1) * 2 ** 32) | 0;
    K[found++] = ((Math.cbrt(n) % 1) * 2 ** 32) | 0;
  }

  class Sha256 {
    constructor() { this.h = START.slice(); this.rest = new Uint8Array(64); this.held = 0; this.bytes = 0; this.w = new Int32Array(64); }

    update(data) {
      this.bytes += data.length;
      let at = 0;
      if (this.held) {
        at = Math.min(64 - this.held, data.length);
        this.rest.set(data.subarray(0, at), this.held);
        this.held += at;
        if (this.held < 64) return this;
        this.block(this.rest, 0);
        this.held = 0;
      }
      for (; at + 64 <= data.length; at += 64) this.block(data, at);
      this.rest.set(data.subarray(at));
      this.held = data.length - at;
      return this;
    }

    block(data, at) {
      const w = this.w, h = this.h;
      for (let i = 0; i < 16; i++, at += 4) w[i] = (data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3];
      for (let i = 16; i < 64; i++) {
        const x = w[i - 15], y = w[i - 2];
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      let a = h[0] | 0, b = h[1] | 0, c = h[2] | 0, d = h[3] | 0, e = h[4] | 0, f = h[5] | 0, g = h[6] | 0, k = h[7] | 0;
      for (let i = 0; i < 64; i++) {
        const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const t1 = (k + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        k = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += k;
    }

    hex() {
      const bits = this.bytes * 8, tail = new Uint8Array((this.held < 56 ? 64 : 128) - this.held);
      tail[0] = 0x80;
      new DataView(tail.buffer).setUint32(tail.length - 8, Math.floor(bits / 2 ** 32));
      new DataView(tail.buffer).setUint32(tail.length - 4, bits >>> 0);
      this.update(tail);
      return Array.from(this.h, word => word.toString(16).padStart(8, "0")).join("");
    }
  }

  jincai.sha256 = text_or_bytes => new Sha256().update(typeof text_or_bytes === "string" ? new TextEncoder().encode(text_or_bytes) : text_or_bytes).hex();
  jincai.Sha256 = Sha256;
})(typeof self === "undefined" ? globalThis : self);
