// A button with data-copy puts its text on the clipboard; without this script there is no button.
const show = () => document.querySelectorAll("[data-copy][hidden]").forEach((it) => (it.hidden = false));

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  const state = button.closest("details, section")?.querySelector("[data-copied]");
  let said = state?.dataset.copied;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    said = state?.dataset.notCopied;
  }
  if (state) state.textContent = said;
});

show();
document.addEventListener("htmx:afterSettle", show);
