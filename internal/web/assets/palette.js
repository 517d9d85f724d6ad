// The palette shows its own page in a dialog, as a field with a list (ARIA
// combobox); what is found there is found by the server.
import { composing, moves, press, pressable } from "./keys.js";
import { page } from "./page.js";

const recent = () => JSON.parse(localStorage.getItem("palette") ?? "[]");
const remember = (name) => localStorage.setItem("palette", JSON.stringify([name, ...recent().filter((n) => n !== name)].slice(0, 8)));

let dialog, field, list, at, waiting, last;

// An option holds nothing that can be focused: what the link says, and where it
// leads.
const option = (a, n) => {
  const li = document.createElement("li");
  li.id = "option-" + n;
  li.setAttribute("role", "option");
  li.className = a.className;
  Object.assign(li.dataset, { path: a.getAttribute("href"), name: a.dataset.name ?? "" });
  li.append(...[...a.childNodes].map((node) => document.importNode(node, true)));
  return li;
};

const choose = (n) => {
  const all = [...list.children];
  at = all.length ? (n + all.length) % all.length : -1;
  all.forEach((li, i) => li.setAttribute("aria-selected", String(i === at)));
  if (at < 0) field.removeAttribute("aria-activedescendant");
  else {
    field.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  }
};

// fill takes over what was found, without what cannot be done on this page.
const fill = (found) => {
  const links = [...found.querySelectorAll("#palette-list a")].filter((a) => !a.dataset.name || a.getAttribute("href") !== "/keys" || a.dataset.name === "help" || pressable(a.dataset.name));
  if (!field.value) {
    const names = recent();
    const place = (a) => (names.indexOf(a.dataset.name) + 1 || names.length + 1);
    links.sort((a, b) => place(a) - place(b));
  }
  list.replaceChildren(...links.map(option));
  choose(0);
};

const look = async () => {
  const asked = (last = field.value);
  const found = await page("/palette?" + new URLSearchParams({ q: asked }));
  if (asked === last) fill(found);
};

const take = () => {
  const { name, path } = list.children[at]?.dataset ?? {};
  if (!path) return;
  dialog.close();
  if (name) remember(name);
  if (pressable(name)) press(name);
  else location.assign(path);
};

const build = (found) => {
  dialog = document.createElement("dialog");
  dialog.className = "palette";
  const form = document.importNode(found.getElementById("palette-form"), true);
  dialog.setAttribute("aria-label", found.querySelector("h1").textContent);
  list = document.createElement("ul");
  list.className = "list found";
  list.id = "palette-options";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", found.getElementById("palette-list").getAttribute("aria-label"));
  field = form.querySelector("input");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": list.id, "aria-expanded": "true", "aria-autocomplete": "list" })) field.setAttribute(name, value);
  form.querySelector("button").remove();
  dialog.append(form, list);
  document.body.append(dialog);
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 80);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  dialog.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(at + step);
    else if (event.key === "Enter") take();
    else if (event.key === "Backspace" && !field.value) dialog.close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const li = event.target.closest("li");
    if (!li || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose([...list.children].indexOf(li));
    take();
  });
};

// openPalette shows it; focus goes back to where it was when it closes.
const openPalette = async () => {
  if (dialog?.open) return dialog.close();
  try {
    const found = await page("/palette");
    if (!dialog) build(found);
    field.value = "";
    last = "";
    fill(found);
    dialog.showModal();
    field.focus();
  } catch {
    location.assign("/palette"); // signed out, or offline: the browser says so
  }
};

moves.palette = openPalette;
