// A form with data-grow asks for itself anew as it is filled in. Of the answer it takes the elements
// with data-grows, and of their parts those that are new: a part with the same id and data-stamp
// stays, with what is typed in it and the files on their way.
const WAIT = 250;

for (const form of document.querySelectorAll("form[data-grow]")) {
  const said = form.querySelector("[data-grow-said]");
  let timer;
  let request;

  const count = () => Number(form.querySelector("[data-say-count]").dataset.sayCount);

  async function ask() {
    clearTimeout(timer);
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
    body.set("refresh", "1");
    const headers = { "HX-Request": "true", accept: "text/html" };
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers, signal, redirect: "error" });
      if (!answer.ok) return;
      const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!signal.aborted) take(drawn);
    } catch {
      // No connection: the form stays as it is, and asks again when there is one.
    }
  }

  function take(drawn) {
    const before = count();
    for (const part of form.querySelectorAll("[data-grows]")) {
      const fresh = drawn.getElementById(part.id);
      if (!fresh) continue;
      Object.assign(part.dataset, fresh.dataset);
      merge(part, [...fresh.children]);
    }
    const grown = count() - before;
    if (grown > 0) said.textContent = form.dataset.sayGrown.replace("{n}", grown);
    document.dispatchEvent(new Event("grown"));
  }

  // Kept parts are not moved: that would take the focus from them.
  function merge(part, wanted) {
    const same = (each) => {
      const old = document.getElementById(each.id);
      const stays = old?.parentElement === part && old.dataset.stamp === each.dataset.stamp;
      return stays && (each.dataset.stamp || old.isEqualNode(each)) ? old : null;
    };
    const next = wanted.map((each) => same(each) ?? document.adoptNode(each));
    for (const old of [...part.children]) if (!next.includes(old)) old.remove();
    let at = part.firstElementChild;
    for (const each of next) {
      if (each === at) at = at.nextElementSibling;
      else part.insertBefore(each, at);
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  }

  form.addEventListener("change", later);
  form.addEventListener("paste", later);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=use]");
    if (!button) return;
    event.preventDefault();
    const [, name, value] = button.value.match(/^([^=]+)=(.*)$/s);
    const field = form.elements[name];
    if (!field) return;
    field.value = value;
    const control = field instanceof RadioNodeList ? field[0] : field;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
    (control.checked === false ? [...field].find((each) => each.checked) : control)?.focus();
  });
  addEventListener("online", later);
}
