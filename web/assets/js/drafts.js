// Forms save themselves while they are written: 1.5 s after the last key, when a field is left, when the page is put away.
// Without a connection the text stays on this machine until it can be sent, or until somebody signs out.
"use strict";

(() => {
  const clock = () => new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", hour12: false });

  function keep(form) {
    const address = form.dataset.draft;
    const store = "camket-draft:" + address;
    const line = document.getElementById("saved");
    let dirty = false, waiting = 0, retrying = 0;

    const say = (kind, first, second) => {
      if (!line) return;
      line.classList.toggle("saved--offline", kind === "offline");
      line.querySelector(".saved__when").textContent = first;
      line.querySelector(".saved__who").textContent = second;
    };
    const body = () => {
      const text = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") text.append(name, value);
      return text;
    };
    const send = (text, options) => fetch(address, { method: "POST", body: text, headers: { "X-Camket": "draft" }, ...options });

    async function save() {
      clearTimeout(waiting);
      clearTimeout(retrying);
      if (!dirty || form.dataset.gone) return;
      dirty = false;
      const text = body();
      try {
        const answer = await send(text);
        if (answer.status === 401) { location.reload(); return; }
        if (!answer.ok) throw new Error(String(answer.status));
        localStorage.removeItem(store);
        if (line) say("saved", line.dataset.saved.replace("#", clock()), line.dataset.onlyYou);
      } catch {
        if (form.dataset.gone) return; // broken off by the sending itself: what was written is on its way
        dirty = true;
        localStorage.setItem(store, text.toString());
        if (line) say("offline", line.dataset.offline.replace("#", clock()), line.dataset.later);
        retrying = setTimeout(save, 15000);
      }
    }
    form.addEventListener("input", () => {
      dirty = true;
      clearTimeout(waiting);
      waiting = setTimeout(save, 1500);
    });
    form.addEventListener("focusout", () => { if (dirty) save(); });
    form.addEventListener("submit", () => localStorage.removeItem(store));
    window.addEventListener("online", () => { if (dirty) save(); });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && dirty && !form.dataset.gone) navigator.sendBeacon(address, body());
    });

    // Left here when the connection broke: send it now, and show the form with it.
    const left = localStorage.getItem(store);
    if (left !== null) {
      send(new URLSearchParams(left)).then((answer) => {
        if (answer.ok) { localStorage.removeItem(store); location.reload(); }
      }).catch(() => say("offline", line ? line.dataset.offline.replace("#", clock()) : "", line ? line.dataset.later : ""));
    }
  }

  const start = (part) => part.querySelectorAll("form[data-draft]").forEach((form) => {
    if (!form.dataset.keeping) { form.dataset.keeping = "1"; keep(form); }
  });
  start(document);
  document.addEventListener("htmx:afterSettle", (event) => start(event.detail.target.parentElement || document));
})();
