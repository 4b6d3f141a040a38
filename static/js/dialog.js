// A link with data-dialog opens that dialog instead of the page with the same question. Buttons say
// it natively, by `command` and `commandfor`; browsers that do not know these yet learn them here.
const native = "commandForElement" in HTMLButtonElement.prototype;
const named = (id) => document.getElementById(id)?.closest("dialog");

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a[data-dialog]");
  const button = native ? null : event.target.closest("button[commandfor]");
  const dialog = named(link?.dataset.dialog ?? button?.getAttribute("commandfor"));
  if (!dialog?.showModal) return;
  event.preventDefault();
  if (button?.getAttribute("command") === "close") dialog.close();
  else if (!dialog.open) dialog.showModal();
});
