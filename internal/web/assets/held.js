// The seconds that are left to undo, and what came of it when they are over.
// Enhancement only: the page says when it goes out, and undo is a form.
import { plan } from "./follow.js";

const seconds = new WeakMap();

const plural = (data, n) => (data[new Intl.PluralRules(document.documentElement.lang).select(n)] ?? data.other).replace(/\d+/, n);

const tick = () => {
  for (const e of document.querySelectorAll("[data-left]")) {
    if (!seconds.has(e)) seconds.set(e, Number(e.dataset.left) * 1000 + Date.now());
    const n = Math.ceil((seconds.get(e) - Date.now()) / 1000);
    e.hidden = false;
    e.textContent = n > 0 ? plural(e.dataset, n) : e.dataset.over;
    if (n === 0 || n === -2) plan();
  }
};

if (document.querySelector("[data-left]")) {
  tick();
  setInterval(tick, 1000);
}
