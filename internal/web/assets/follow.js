// What changes elsewhere: the page is asked for again, and what differs is put in
// its place. Nothing moves that somebody is at: new rows wait behind a button, and
// a row that is no longer here stays and says so.
import { page } from "./page.js";

const marks = document.body.dataset;
const offline = document.getElementById("offline");
const news = document.getElementById("news");
const status = document.getElementById("status");
const least = 1000; // ms between two looks
const patience = 10000; // ms without a connection before it is said

let source, asked = 0, planned, lost, told = 0;

const busy = (e) => e.contains(document.activeElement) || e.matches(":hover");

const plural = (data, n) => (data[new Intl.PluralRules(document.documentElement.lang).select(n)] ?? data.other).replace(/\d+/, n);

const announce = (text) => {
  if (Date.now() - told < 10000) return;
  told = Date.now();
  status.textContent = text;
};

// replace patches one marked part, or waits until nobody is at it.
const replace = (mine, its) => {
  if (mine.innerHTML === its.innerHTML) return;
  if (busy(mine)) return retry(mine);
  const picked = mine.querySelector("[data-pick]:checked");
  mine.replaceChildren(...[...its.childNodes].map((node) => document.importNode(node, true)));
  const box = mine.querySelector("[data-pick]");
  if (picked && box) box.checked = true;
  for (const name of ["data-tone"]) if (its.hasAttribute(name)) mine.setAttribute(name, its.getAttribute(name));
};

const waits = new WeakSet();
const retry = (e) => {
  if (waits.has(e)) return;
  waits.add(e);
  const again = () => {
    waits.delete(e);
    plan();
  };
  e.addEventListener("pointerleave", again, { once: true });
  e.addEventListener("focusout", again, { once: true });
};

const gone = (row, text) => {
  if (row.dataset.gone !== undefined) return;
  row.dataset.gone = "";
  const p = document.createElement("p");
  p.className = "meta";
  p.textContent = text;
  row.append(p);
};

// lines that have come to the case stand below the others, unless somebody writes
// below them: then they wait as new rows do.
const lines = (fresh) => {
  const mine = document.getElementById("events");
  const its = fresh.getElementById("events");
  if (!mine || !its) return 0;
  const more = [...its.children].filter((li) => li.id && !document.getElementById(li.id));
  if (!more.length) return 0;
  if (mine.closest(".rest")?.contains(document.activeElement)) return more.length;
  mine.append(...more.map((li) => document.importNode(li, true)));
  return 0;
};

const rows = (fresh) => {
  const mine = document.getElementById("cases");
  const its = fresh.getElementById("cases");
  if (!mine) return its ? its.children.length : 0;
  return its ? [...its.children].filter((li) => !document.getElementById(li.id)).length : 0;
};

const take = (fresh) => {
  for (const mine of document.querySelectorAll("[data-live]")) {
    const its = fresh.getElementById(mine.id);
    if (its) replace(mine, its);
    else if (mine.matches("#cases > li")) gone(mine, mine.parentElement.dataset.gone);
  }
  const n = rows(fresh) + lines(fresh);
  if (!news || !n) return;
  news.textContent = plural(news.dataset, n);
  news.hidden = false;
  announce(news.textContent);
};

const look = async () => {
  asked = Date.now();
  try {
    take(await page(location.pathname + location.search));
  } catch (status) {
    if (status === 401 || status === 404) stop(); // signed out, or it may not be read any more
  }
};

// plan asks for the page again, soon; not one that does not follow.
export const plan = () => {
  if (!marks.follow) return;
  if (planned || document.hidden) return;
  planned = setTimeout(() => {
    planned = 0;
    look();
  }, Math.max(0, least - (Date.now() - asked)));
};

const stop = () => {
  source?.close();
  source = undefined;
};

const listen = () => {
  if (source || document.hidden) return;
  source = new EventSource(marks.follow);
  source.onopen = () => {
    clearTimeout(lost);
    lost = 0;
    if (!offline.hidden || asked) plan(); // what came meanwhile
    offline.hidden = true;
  };
  source.onmessage = plan;
  source.onerror = () => {
    lost ||= setTimeout(() => (offline.hidden = false), patience);
    if (source?.readyState === EventSource.CLOSED) {
      stop();
      setTimeout(listen, 5000 + Math.random() * 5000);
    }
  };
};

if (marks.follow) {
  listen();
  // A tab that nobody looks at gives its connection back.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return stop();
    listen();
    plan();
  });
  setInterval(plan, 60000); // times that are told from now on
  addEventListener("pagehide", stop);
}
