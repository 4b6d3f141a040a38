// The desk's panes: the ticket that htmx puts beside the list is marked there, its newest message
// is in view, and a question that htmx puts into the dialog is shown.
const pane = () => document.querySelector("[data-pane]");

function mark() {
  const number = document.getElementById("ticket")?.dataset.number;
  for (const row of document.querySelectorAll("[data-row]")) {
    if (row.id === `t${number}`) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function toTheEnd() {
  const thread = document.getElementById("conversa");
  if (thread) thread.scrollTop = thread.scrollHeight;
}

// What came while nothing was typed was read; while something was, sending asks once more.
function seen() {
  const thread = document.getElementById("conversa");
  const form = document.getElementById("escrever");
  if (thread && form && !form.elements.body.value.trim()) form.elements.seen.value = thread.dataset.last;
}

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.matches("dialog") && !target.open) target.showModal();
});
document.addEventListener("htmx:afterSettle", ({ detail, target }) => {
  if (detail.requestConfig.target?.id === "ticket") {
    pane().dataset.pane = "ticket";
    toTheEnd();
    if (!target.contains(document.activeElement)) document.getElementById("ticket").focus({ preventScroll: true });
  }
  mark();
  seen();
});
toTheEnd();
