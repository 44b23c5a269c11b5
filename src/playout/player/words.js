// The card, the pairing code and notices: words that are made as large as their place allows.
"use strict";
(root => {
  const jincai = (root.jincai ||= {});
  const by_id = name => document.getElementById(name);

  // The largest size (in hundredths of the canvas's shorter side) at which the text keeps within its box.
  function fill(el, most, least) {
    const box = el.parentElement, fits = () => el.offsetHeight <= box.clientHeight;
    let low = least, high = most;
    const set = size => { box.style.setProperty("--size", size.toFixed(2)); return fits(); };
    if (set(most)) return;
    for (let n = 0; n < 9; n++) { const middle = (low + high) / 2; if (set(middle)) low = middle; else high = middle; }
    set(low);
  }

  function fit() {
    if (by_id("notice-text").textContent || by_id("notice-title").textContent) {
      const length = by_id("notice-text").textContent.length;
      fill(by_id("notice-words"), length > 60 ? 13 : length ? 16 : 24, 1.6);
    }
    const { clientWidth: width, clientHeight: height } = by_id("stage");
    fill(by_id("card-words"), width < height || width > 2.5 * height ? 15 : 12.5, 2);
  }

  function set_card(card) {
    by_id("college").textContent = (card && card.college) || "";
    by_id("campaign").textContent = (card && card.campaign) || "";
    fit();
  }

  function set_notice(notice) {
    const title = notice.title || "", text = notice.text || "";
    by_id("notice-title").textContent = title || (text.length <= 60 ? text : "");
    by_id("notice-text").textContent = title ? text : text.length <= 60 ? "" : text;
    by_id("notice").classList.toggle("brief", !(title && text) && text.length <= 60);
    by_id("notice").classList.toggle("long", text.length > 60);
    fit();
  }

  function set_pairing({ code, qr, hint, hint_en }) {
    by_id("code").textContent = code;
    by_id("qr").src = qr;
    by_id("hint").textContent = hint;
    by_id("hint-en").textContent = hint_en;
  }

  // Words that stand still for months burn in: every minute they stand a little elsewhere.
  function drift(minute) {
    const across = Math.sin(minute * 0.7) * 1.5, down = Math.sin(minute * 0.43 + 1) * 1.2;
    for (const el of document.querySelectorAll(".drifts")) el.style.transform = `translate(calc(var(--u) * ${across.toFixed(2)}), calc(var(--u) * ${down.toFixed(2)}))`;
  }

  jincai.words = { fit, set_card, set_notice, set_pairing, drift };
})(self);
