// What is typed into a form with data-draft-url is stored on the server as it comes.
const WAIT = 800;

function attach(form) {
  if (form.draft) return;
  const state = form.querySelector("[data-draft-state]");
  const url = form.dataset.draftUrl;
  let dirty = false;
  let ended = false;
  let timer;
  let request;

  const say = (word) => state && (state.textContent = word);
  const fields = () => {
    const data = new FormData(form);
    data.delete("uploads");
    return data;
  };

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
      say(state?.dataset.saySaved);
    } catch {
      if (signal.aborted) return;
      dirty = true;
      say(state?.dataset.sayFailed);
      timer = setTimeout(store, WAIT * 10);
    }
  }

  function later() {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(store, WAIT);
  }

  form.draft = {
    flush() {
      // Who signs in beside this page is waited for.
      if (ended) return;
      clearTimeout(timer);
      if (dirty && navigator.sendBeacon(url, fields())) dirty = false;
    },
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  // The message itself is on its way: an older draft must not come back after it.
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented && !event.target.matches("[hx-post]")) return;
    clearTimeout(timer);
    request?.abort();
    dirty = false;
  });
}

const forms = () => document.querySelectorAll("form[data-draft-url]");
const flush = () => forms().forEach((form) => form.draft?.flush());

forms().forEach(attach);
document.addEventListener("htmx:afterSettle", () => forms().forEach(attach));
document.addEventListener("visibilitychange", () => document.hidden && flush());
addEventListener("pagehide", flush);
