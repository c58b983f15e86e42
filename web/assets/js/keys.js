// Keys, off in fields and when switched off: j k x Enter a r n / ? and Ctrl+Enter. a and r only move the focus; Enter acts.
"use strict";

(() => {
  const help = document.getElementById("keys");
  const use = document.getElementById("keys-use");
  let on = localStorage.getItem("camket-keys") !== "off";
  if (use) {
    use.checked = on;
    use.addEventListener("change", () => { on = use.checked; localStorage.setItem("camket-keys", on ? "on" : "off"); });
  }
  const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
  const here = () => rows().findIndex((row) => row.contains(document.activeElement));
  const at = (list, index) => list[Math.max(0, Math.min(index, list.length - 1))];
  function step(by) {
    const all = rows();
    let from = here();
    if (from < 0) from = all.findIndex((row) => row.classList.contains("row--current"));
    const row = at(all, from < 0 ? 0 : from + by);
    if (row) row.querySelector("a").focus();
  }
  const acts = {
    j: () => step(1),
    k: () => step(-1),
    x: () => { const row = rows()[here()]; const box = row && row.querySelector("input[type=checkbox]"); if (box) box.click(); },
    "?": () => { if (help && !help.open) help.showModal(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = document.activeElement.form || document.activeElement.closest("form");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || (help && help.open)) return;
    if (event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
    if (event.key === "?" ? !help : !on) return;
    const marked = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key && one.offsetParent !== null);
    if (acts[event.key]) { event.preventDefault(); acts[event.key](); }
    else if (marked) { event.preventDefault(); marked.focus(); }
  });
})();
