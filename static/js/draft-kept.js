// A draft that the server could not be told of is kept in the browser for its writer alone
// (data-draft-owner); the next page tells the server, which then draws it.
for (const form of document.querySelectorAll("form[data-draft-owner]")) {
  const { draftUrl, draftOwner } = form.dataset;
  const place = `draft ${draftOwner} ${draftUrl}`;
  const forget = () => localStorage.removeItem(place);

  async function restore(left) {
    const body = new URLSearchParams(left);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const { ok } = await fetch(draftUrl, { method: "POST", body, redirect: "error" });
    if (!ok) return;
    forget();
    location.reload();
  }

  form.addEventListener("stored", forget);
  form.addEventListener("unstored", () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (typeof value !== "string") data.delete(name);
    localStorage.setItem(place, new URLSearchParams(data));
  });
  const left = localStorage.getItem(place);
  // Still no connection: it is kept for the next page.
  if (left) restore(left).catch(() => {});
}
