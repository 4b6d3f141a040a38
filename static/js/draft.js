// What is typed into a form with data-draft-url is stored on the server as it comes; the form says
// `stored` or `unstored` (draft-kept.js).
const WAIT = 800;
const SOON = 100;

const time = () =>
  new Intl.DateTimeFormat("pt-BR", {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: document.documentElement.dataset.zone,
  }).format(new Date());

function attach(form) {
  if (form.draft) return;
  const state = form.querySelector("[data-draft-state]");
  const url = form.dataset.draftUrl;
  let dirty = false;
  let ended = false;
  let timer;
  let request;

  const say = (word) => state && (state.textContent = word?.replace("{time}", time()));
  const fields = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (typeof value !== "string") data.delete(name);
    return data;
  };
  const tell = (name) => form.dispatchEvent(new Event(name));

  async function store() {
    clearTimeout(timer);
    dirty = false;
    // Taken off the page, as when what it held was sent: a browser may still say `change`.
    if (!form.isConnected) return;
    request = new AbortController();
    const { signal } = request;
    const headers = { accept: "application/json" };
    const posted = { method: "POST", body: fields(), headers, signal, redirect: "error" };
    try {
      const { ok, status } = await fetch(url, posted);
      if (status === 401 && !ended) document.dispatchEvent(new Event("ended"));
      ended = status === 401;
      if (!ok) throw new Error(status);
      tell("stored");
      say(state?.dataset.saySaved);
    } catch {
      if (signal.aborted) return;
      dirty = true;
      tell("unstored");
      say(navigator.onLine ? state?.dataset.sayFailed : state?.dataset.sayOffline);
      timer = setTimeout(store, WAIT * 10);
    }
  }

  // What is typed goes on; what was chosen, or a file that has come, is whole already.
  function later({ type }) {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(store, type === "change" ? SOON : WAIT);
  }

  form.draft = {
    flush() {
      // Who signs in beside this page is waited for.
      if (ended) return;
      clearTimeout(timer);
      if (dirty && navigator.sendBeacon(url, fields()) && navigator.onLine) dirty = false;
    },
    store: () => dirty && store(),
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  // The message itself is on its way: an older draft must not come back after it.
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented && !event.target.matches("[hx-post]")) return;
    clearTimeout(timer);
    request?.abort();
    tell("stored");
    dirty = false;
  });
}

const forms = () => document.querySelectorAll("form[data-draft-url]");
const flush = () => forms().forEach((form) => form.draft?.flush());

forms().forEach(attach);
document.addEventListener("htmx:afterSettle", () => forms().forEach(attach));
document.addEventListener("visibilitychange", () => document.hidden && flush());
addEventListener("pagehide", flush);
// A reload asks for the page before it hides this one: the draft must be there by then.
addEventListener("beforeunload", flush);
addEventListener("online", () => forms().forEach((form) => form.draft?.store()));
