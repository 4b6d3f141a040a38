// The desk's panes: the ticket that htmx puts beside the list is marked there, its newest message
// is in view, and a question that htmx puts into the dialog is shown.
const byId = (id) => document.getElementById(id);
let atTheEnd = true;

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

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.matches("dialog") && !target.open) target.showModal();
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.requestConfig?.target?.id === "ticket") opened();
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
toTheEnd();
