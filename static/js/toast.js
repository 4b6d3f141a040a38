// Toasts leave by themselves after a while, unless they failed, hold an action or are being read.
const STAY = 8000;
const box = document.getElementById("toasts");

function watch(toast) {
  // Several parts of a page may fail alike: once is enough.
  for (const other of box.querySelectorAll("[data-toast]")) {
    if (other !== toast && other.textContent === toast.textContent) other.remove();
  }
  toast.querySelector("[data-toast-close]").addEventListener("click", () => toast.remove());
  if (toast.matches(".toast--danger") || toast.querySelector("a")) return;
  let timer;
  const wait = () => (timer = setTimeout(() => toast.remove(), STAY));
  const hold = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", wait);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", wait);
  wait();
}

function show(id) {
  box.append(document.getElementById(id).content.cloneNode(true));
  return box.lastElementChild;
}

function failed(status) {
  const toast = show({ 401: "toast-ended", 413: "toast-large" }[status] ?? "toast-failed");
  const next = location.pathname + location.search;
  if (status === 401) toast.querySelector("a").search = new URLSearchParams({ next });
}

for (const lost of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(lost, () => show("toast-offline"));
}
document.addEventListener("htmx:responseError", ({ detail }) => failed(detail.xhr.status));
// The session ended, as draft.js and upload.js find.
document.addEventListener("ended", () => failed(401));

box.querySelectorAll("[data-toast]").forEach(watch);
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    if (node.matches?.("[data-toast]")) watch(node);
  }
}).observe(box, { childList: true });
