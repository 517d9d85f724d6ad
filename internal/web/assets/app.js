// Enhancement only: every job works without this file.
document.documentElement.classList.add("scripted");

// The reader's zone, so that the next page can show times in it.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes("zone=")) {
  document.cookie = "zone=" + zone + ";path=/;max-age=31536000;samesite=lax";
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    document.getElementById("status").textContent = button.dataset.done;
    return;
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// What is typed in a composer is kept on the server, and sent only afterwards.
const composer = document.querySelector("form.composer");
if (composer) {
  const line = composer.querySelector("[data-draft]");
  let timer;
  const keep = async () => {
    timer = clearTimeout(timer);
    const body = new URLSearchParams(new FormData(composer));
    const to = body.get("say.to") === "readers" ? "readers." + body.get("say.answers") : body.get("say.to");
    body.set("say.mark", body.get("idem"));
    body.delete("idem");
    let kept = false;
    try {
      kept = (await fetch(line.dataset.draft, { method: "POST", body, redirect: "manual", keepalive: true })).status === 204;
    } catch { }
    if (kept) {
      composer.elements["say.from"].value = body.get("say.text").trim() ? to : "";
      const here = new URL(location); // the macro is part of what is kept now
      if (here.searchParams.has("macro")) {
        here.searchParams.delete("macro");
        here.searchParams.set("draft", to);
        history.replaceState(history.state, "", here);
      }
    }
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    line.textContent = kept ? line.dataset.kept.replace("@", time) : line.dataset.failed;
  };
  composer.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 1000);
  });
  composer.addEventListener("submit", () => (timer = clearTimeout(timer)));
  addEventListener("pagehide", () => timer && keep());
}
