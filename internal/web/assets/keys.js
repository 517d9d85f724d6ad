// A key presses what bears the name of its command on the page, or leads where
// the list of commands says. Nothing happens while somebody writes.

const keys = JSON.parse(document.body.dataset.keys);
const sequence = 1000; // ms between the keys of one command

// An input method is composing: its keys are not ours (WCAG SCR41).
export const composing = (event) => event.isComposing || event.keyCode === 229;

const writing = (target) =>
  target instanceof Element &&
  target.closest("textarea, select, [contenteditable], dialog, input:not([type=checkbox]):not([type=radio]):not([type=submit])");

// The key as it is written in the list: what it types, or where it lies on a
// keyboard that types other letters.
const typed = (event) => (/^[\x20-\x7e]$|^[A-Z][a-z]+/.test(event.key) ? event.key : event.code.replace(/^Key/, "").toLowerCase());

const shown = (name) => [...document.querySelectorAll(`[data-do="${name}"]`)].find((e) => e.checkVisibility() || e.closest("details:not([open])"));

// Whether a command can be pressed here.
export const pressable = (name) => (name in moves ? rows().length > 0 : Boolean(shown(name)));

const rows = () => [...document.querySelectorAll("[data-row]")];
const move = (step) => {
  const all = rows();
  const at = all.indexOf(document.activeElement);
  const here = at < 0 ? all.findIndex((row) => row.getAttribute("aria-current")) : at;
  all[Math.min(Math.max(here + step, 0), all.length - 1)]?.focus();
};
// What is not on the page; the palette adds itself.
export const moves = {
  next: () => move(1),
  previous: () => move(-1),
  open: () => document.activeElement.closest?.("[data-row]")?.click(),
};

const first = (within) => within.querySelector("textarea, select, input:not([type=hidden]), button");

// press does what a click on the named thing would; a field is gone to instead.
export const press = (name) => {
  if (moves[name]) return moves[name]();
  const e = shown(name);
  if (!e) return;
  for (let d = e.closest("details:not([open])"); d; d = d.parentElement.closest("details:not([open])")) d.open = true;
  if (e.matches("summary")) {
    e.parentElement.open = true;
    (first(e.parentElement) ?? e).focus();
  } else if (e.matches("[type=radio]")) {
    e.click();
    e.form.querySelector("textarea").focus();
  } else if (name === "search") {
    e.form.querySelector("input[type=search]").focus();
  } else {
    e.focus();
    e.click();
  }
};

const run = (what) => (what.startsWith("/") ? location.assign(what) : press(what));

// send presses the button of the form that is written in, else of the page's one:
// Enter alone never does.
const send = (event) => {
  const form = event.target.closest?.("form") ?? shown("send")?.form;
  const button = [...(form?.querySelectorAll("button:not([name])") ?? [])].find((b) => b.checkVisibility() && !b.disabled);
  if (!form || form.method !== "post" || !button) return;
  event.preventDefault();
  button.click();
};

let begun = "";
let since = 0;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || composing(event) || event.repeat && !writing(event.target) && !["j", "k"].includes(event.key)) return;
  if (event.ctrlKey || event.metaKey) {
    const what = keys["mod+" + event.key];
    if (what === "send") send(event);
    else if (what && !event.altKey) {
      event.preventDefault();
      run(what);
    }
    return;
  }
  if (event.altKey || writing(event.target)) return;
  const key = typed(event);
  const both = event.timeStamp - since < sequence && begun ? begun + " " + key : key;
  const what = keys[both] ?? keys[key];
  begun = what ? "" : Object.keys(keys).some((k) => k.startsWith(key + " ")) ? key : "";
  since = event.timeStamp;
  if (!what && !begun) return;
  event.preventDefault();
  if (what) run(what);
});
