// Reads an edition as it travels (two lines: body, seal), and refuses it as a whole where anything is wrong.
"use strict";
(root => {
  const jincai = (root.jincai ||= {});
  const bytes_of = base64 => Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));

  async function is_signed(body, seal) {
    let key;
    try {
      key = await crypto.subtle.importKey("raw", bytes_of(seal.key), { name: "Ed25519" }, false, ["verify"]);
    } catch (error) {
      if (error.name === "NotSupportedError") return true; // an older browser: the digest alone
      throw error;
    }
    return crypto.subtle.verify({ name: "Ed25519" }, key, bytes_of(seal.signature), new TextEncoder().encode(body));
  }

  // `key` is the server's public key from the pairing.
  async function read_edition(text, id, key) {
    const end = text.indexOf("\n");
    if (end < 0) throw new Error("it is not two lines");
    const body = text.slice(0, end), seal = JSON.parse(text.slice(end + 1));
    if (jincai.sha256(body) !== id) throw new Error("its digest is another");
    if (key && seal.key !== key) throw new Error("it is signed by another key");
    if (key && root.isSecureContext && root.crypto && crypto.subtle && !(await is_signed(body, seal))) throw new Error("its signature is wrong");
    return jincai.programme.prepare(id, JSON.parse(body));
  }

  jincai.read_edition = read_edition;
})(typeof self === "undefined" ? globalThis : self);
