// What pages gain where scripts run: every one of these works, more plainly, without them.
"use strict";

const root = document.documentElement;
root.classList.add("js");
const phone = window.matchMedia("(max-width: 699px)");

// ---- sending: nothing for 300 ms, then a line under the bar and a button that says so; a form goes once.
function sending(form, button) {
  form.dataset.gone = "1";
  setTimeout(() => {
    if (!form.dataset.gone) return;
    document.body.classList.add("is-loading");
    if (button && button.dataset.sending) {
      const words = button.querySelector("span");
      button.dataset.words = words.textContent;
      button.setAttribute("aria-busy", "true");
      words.textContent = button.dataset.sending;
    }
  }, 300);
}
function sent(form) {
  delete form.dataset.gone;
  document.body.classList.remove("is-loading");
  const all = [...form.elements, ...form.querySelectorAll("button")];
  for (const button of all.filter((one) => one.matches && one.matches("[aria-busy]"))) {
    button.removeAttribute("aria-busy");
    button.querySelector("span").textContent = button.dataset.words;
  }
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || event.defaultPrevented) return;
  if (form.dataset.gone) { event.preventDefault(); return; }
  sending(form, event.submitter);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-gone]").forEach(sent));
document.addEventListener("htmx:beforeRequest", () => document.body.classList.add("is-loading"));
document.addEventListener("htmx:afterRequest", (event) => {
  document.body.classList.remove("is-loading");
  const form = event.detail.elt.closest && event.detail.elt.closest("form");
  if (form) sent(form);
});
document.addEventListener("htmx:sendError", () => window.dispatchEvent(new Event("offline")));

// ---- focus: the summary of faults, a notice, or the heading of what came in.
function settle(part) {
  const wanted = part.querySelector("[data-focus]") || (part.matches("[data-focus]") ? part : null);
  if (wanted) { wanted.focus(); wanted.scrollIntoView({ block: "nearest" }); return true; }
  return false;
}
document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.target;
  prepare(part);
  if (settle(part)) return;
  const heading = part.querySelector("h1");
  if (heading) { heading.tabIndex = -1; heading.focus(); }
});

// ---- a list beside its item: the row that was opened is the current one.
document.addEventListener("htmx:afterRequest", (event) => {
  const row = event.detail.successful && event.detail.elt.closest("[data-row]");
  if (!row) return;
  for (const one of document.querySelectorAll(".row--current")) {
    one.classList.remove("row--current");
    one.querySelector("[aria-current]")?.removeAttribute("aria-current");
  }
  row.classList.add("row--current");
  event.detail.elt.setAttribute("aria-current", "true");
});

// ---- the side panel: parts one below another become tabs.
function tabs(side) {
  const links = [...side.querySelectorAll(".side__tab")];
  const parts = links.map((link) => document.getElementById(link.hash.slice(1)));
  side.dataset.ready = "1";
  side.querySelector(".side__tabs").setAttribute("role", "tablist");
  const show = (index, focus) => links.forEach((link, n) => {
    link.setAttribute("aria-selected", String(n === index));
    link.tabIndex = n === index ? 0 : -1;
    parts[n].hidden = n !== index;
    if (focus && n === index) link.focus();
  });
  links.forEach((link, n) => {
    link.setAttribute("role", "tab");
    link.setAttribute("aria-controls", parts[n].id);
    parts[n].setAttribute("role", "tabpanel");
    parts[n].setAttribute("aria-labelledby", link.id);
    link.addEventListener("click", (event) => { event.preventDefault(); show(n, false); });
    link.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) { event.preventDefault(); show((n + step + links.length) % links.length, true); }
    });
  });
  side.addEventListener("camket:show", (event) => show(Math.max(0, parts.findIndex((part) => part.id === event.detail)), false));
  show(0, false);
}
function aside(link) {
  link.addEventListener("click", (event) => {
    const part = document.getElementById(link.hash.slice(1));
    const side = part && part.closest("[data-tabs]");
    if (!side) return;
    event.preventDefault();
    side.dispatchEvent(new CustomEvent("camket:show", { detail: part.id }));
    if (phone.matches) link.closest(".section__body").append(side); // below the field, not at the page's end
    side.scrollIntoView({ block: "nearest" });
    document.getElementById(part.id + "-tab").focus({ preventScroll: true });
  });
}

// ---- small things in fields.
function counter(field) {
  const place = document.getElementById(field.dataset.count);
  if (!place) return;
  const count = () => {
    const words = field.value.trim().split(/\s+/).filter(Boolean).length;
    place.textContent = words ? place.dataset.words.replace("#", words) : "";
  };
  field.addEventListener("input", count);
  count();
}
function grower(field) {
  if (CSS.supports("field-sizing", "content")) return;
  const grow = () => { if (field.scrollHeight > field.clientHeight) field.rows = Math.min(40, field.rows + Math.ceil((field.scrollHeight - field.clientHeight) / 28)); };
  field.addEventListener("input", grow);
  grow();
}
function reveal(frame) {
  const field = frame.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--plain reveal__button";
  const say = () => { button.textContent = field.type === "password" ? frame.dataset.reveal : frame.dataset.conceal; };
  button.addEventListener("click", () => { field.type = field.type === "password" ? "text" : "password"; say(); field.focus(); });
  field.form.addEventListener("submit", () => { field.type = "password"; });
  say();
  frame.querySelector(".field").append(button);
}
// The first press arms, the second acts.
function arm(button) {
  const words = button.querySelector("span") || button;
  const plain = words.textContent;
  let armed = 0;
  button.addEventListener("click", (event) => {
    if (armed) return;
    event.preventDefault();
    words.textContent = button.dataset.arm;
    armed = setTimeout(() => { armed = 0; words.textContent = plain; }, 5000);
  });
}

// ---- how pages look: at once, and kept by the server.
function look(form) {
  form.addEventListener("submit", async (event) => {
    const { name, value } = event.submitter || {};
    if (name !== "theme" && name !== "size") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (name === "theme") { if (value === "auto") delete root.dataset.theme; else root.dataset.theme = value; }
    if (name === "size") { if (value === "normal") delete root.dataset.size; else root.dataset.size = value; }
    for (const one of form.querySelectorAll(`[name="${name}"]`)) one.setAttribute("aria-pressed", String(one.value === value));
    await fetch(form.action, { method: "POST", body: new URLSearchParams({ [name]: value }), headers: { "X-Camket": "look" } }).catch(() => {});
  });
}

// ---- shared computers: what was kept here goes with the person.
function forget() {
  for (const key of Object.keys(localStorage)) if (key.startsWith("camket-draft:")) localStorage.removeItem(key);
}
document.querySelectorAll("[data-sign-out]").forEach((form) => form.addEventListener("submit", forget));
if (document.querySelector(".door")) forget();

function prepare(part) {
  const each = (selector, act) => part.querySelectorAll(selector).forEach((one) => {
    const mark = "on" + act.name;
    if (!one.dataset[mark]) { one.dataset[mark] = "1"; act(one); }
  });
  each("[data-tabs]", tabs);
  each("[data-aside]", aside);
  each("[data-count]", counter);
  each("textarea", grower);
  each("[data-reveal]", reveal);
  each("[data-arm]", arm);
  each("form[data-look]", look);
  each("[data-pick]", function pick(button) {
    button.addEventListener("click", () => button.closest("form, .pane--list").classList.toggle("picking"));
  });
  each("[data-print]", function print(button) { button.addEventListener("click", () => window.print()); });
}
prepare(document);
settle(document.body);
