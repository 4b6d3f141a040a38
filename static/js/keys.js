// The desk by keyboard: j and k walk the rows, ? lists the keys, and any element with data-key is
// pressed or focused by its key. Nothing happens while something is being typed.
const typing = (element) => element.matches("input:not([type=radio], [type=checkbox]), textarea, select");

function walk(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const focused = rows.indexOf(document.activeElement);
  const from = focused >= 0 ? focused : rows.findIndex((row) => row.ariaCurrent);
  const next = from < 0 ? (step > 0 ? 0 : rows.length - 1) : from + step;
  rows[Math.max(0, Math.min(next, rows.length - 1))].focus();
}

function press(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (!typing(target)) target.click();
  const field = typing(target) ? target : target.closest("form")?.querySelector("textarea");
  field?.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if ((event.ctrlKey || event.metaKey) && key === "Enter" && target.matches("textarea")) {
    event.preventDefault();
    const buttons = [...target.form.querySelectorAll("button:not([type=button], [formaction])")];
    target.form.requestSubmit(buttons.find((button) => button.offsetParent));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (key === "Escape" && typing(target)) target.blur();
  if (typing(target) || document.querySelector("dialog[open]")) return;
  if (key === "j") walk(1);
  else if (key === "k") walk(-1);
  else if (key === "o" && target.matches("[data-row]")) target.click();
  else if (key === "?") document.getElementById("teclas")?.showModal();
  else if (!press(key.toLowerCase())) return;
  event.preventDefault();
});
