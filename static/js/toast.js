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

const show = (id) => box.append(document.getElementById(id).content.cloneNode(true));
document.addEventListener("htmx:sendError", () => show("toast-offline"));
document.addEventListener("htmx:timeout", () => show("toast-offline"));
document.addEventListener("htmx:responseError", () => show("toast-failed"));

box.querySelectorAll("[data-toast]").forEach(watch);
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    if (node.matches?.("[data-toast]")) watch(node);
  }
}).observe(box, { childList: true });
