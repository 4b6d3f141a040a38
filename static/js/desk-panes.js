// The desk's panes: the ticket that htmx puts beside the list is marked there, its newest message
// is in view, and a question that htmx puts into the dialog is shown. Acts, refreshes and what is
// being written do not disturb each other.
const byId = (id) => document.getElementById(id);
const ACTING = "#ticket form[data-sent], #ato form[data-sent]";
const BUSY = `${ACTING}, #ticket :popover-open`;
let atTheEnd = true;
let missed = false;
let written = null;

function mark() {
  const number = byId("ticket")?.dataset.number;
  for (const row of document.querySelectorAll("[data-row]")) {
    if (row.id === `t${number}`) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function toTheEnd() {
  const thread = byId("conversa");
  if (thread) thread.scrollTop = thread.scrollHeight;
}

// What came while nothing was typed was read; while something was, sending asks once more.
function seen() {
  const newest = document.querySelector("#falas [data-last]");
  const form = byId("escrever");
  if (newest && form && !form.elements.body.value.trim()) form.elements.seen.value = newest.dataset.last;
}

function opened() {
  const pane = byId("ticket");
  document.querySelector("[data-pane]").dataset.pane = "ticket";
  byId("ato").close();
  toTheEnd();
  if (!pane.contains(document.activeElement)) pane.focus({ preventScroll: true });
}

const kinds = (form) => [...form.querySelectorAll("[name=kind]")].map(({ value }) => value).join();

// The ticket was drawn anew by an act beside the composer. The form in which somebody was writing
// takes its place again, with the sentences of the new one; where that offers other kinds of
// message, it takes over what was written.
function goOnWriting({ form, number, focused }) {
  const fresh = byId("escrever");
  if (!fresh || byId("ticket").dataset.number !== number) return;
  const text = form.elements.body;
  let place = text;
  if (kinds(form) === kinds(fresh)) {
    form.querySelectorAll(".composer__effect").forEach((effect, i) => {
      effect.replaceWith(fresh.querySelectorAll(".composer__effect")[i].cloneNode(true));
    });
    fresh.replaceWith(form);
    htmx.process(form);
  } else {
    place = fresh.elements.body;
    place.value = text.value;
    for (const kind of fresh.querySelectorAll("[name=kind]")) {
      if (kind.value === form.elements.kind.value) kind.checked = true;
    }
    fresh.querySelector("[data-files]").replaceChildren(...form.querySelectorAll("[data-file]"));
    form.draft.flush();
  }
  if (focused) place.focus({ preventScroll: true });
}

// One act at a time: a second one would be answered to a ticket that the first has drawn anew.
document.addEventListener(
  "htmx:beforeRequest",
  (event) => {
    const { target, detail } = event;
    if (!target.matches("form") || detail.target.id !== "ticket") return;
    if (!document.querySelector(ACTING)) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const form = byId("escrever");
  const asked = detail.requestConfig.elt;
  // What answers an act finds its place only from where it was asked: no refresh comes between.
  // Nor does one take an open menu away.
  if (asked.id === "vivo" && document.querySelector(BUSY)) {
    missed = true;
    detail.shouldSwap = false;
  }
  written = null;
  if (detail.target.id !== "ticket" || !form || form === asked) return;
  const focused = form.elements.body === document.activeElement;
  written = { form, number: byId("ticket").dataset.number, focused };
});
document.addEventListener("htmx:afterSwap", ({ target, detail }) => {
  if (target.matches("dialog") && !target.open) target.showModal();
  if (written && detail.target.id === "ticket") {
    goOnWriting(written);
    written = null;
  }
});
function catchUp() {
  if (!missed || document.querySelector(BUSY)) return;
  missed = false;
  byId("vivo")?.dispatchEvent(new Event("refresh"));
}

document.addEventListener("htmx:afterRequest", catchUp);
document.addEventListener("toggle", catchUp, true);
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  // What is wrong with a dialog's form goes back into the dialog, which stays.
  if (detail.requestConfig?.target?.id === "ticket" && detail.target.id === "ticket") opened();
  mark();
  seen();
});
// Whoever reads the newest message goes on reading the newest; whoever reads above is left there.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const thread = byId("conversa");
  if (detail.target.id !== "falas") return;
  atTheEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40;
});
document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
  if (detail.target.id === "falas" && atTheEnd) toTheEnd();
});
// An article of the dialog is put where the answer is being written.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const text = button && byId("escrever")?.elements.body;
  if (!text) return;
  event.preventDefault();
  const at = text.selectionEnd;
  const before = text.value.slice(0, at);
  const gap = !before || before.endsWith("\n") ? "" : "\n";
  byId("ato").close();
  text.setRangeText(`${gap}${button.dataset.insert}\n`, at, at, "end");
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
});
toTheEnd();
