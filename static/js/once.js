// A form is sent once: a second try while the first is under way is dropped. The server drops the
// rest by the form's request_key.
function sent(form, button) {
  form.dataset.sent = "";
  button?.setAttribute("aria-busy", "true");
}

function ready(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((busy) => busy.removeAttribute("aria-busy"));
}

// A page that refuses a form has an address, at which nothing is sent again.
const address = document.body.dataset.address?.trim();
if (address) history.replaceState(null, "", address);

// Signing in anew in another tab changes the token that this page's forms hold.
function renew() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (!token) return;
  for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "x-csrftoken": token }));
}
addEventListener("focus", renew);

// Before any other listener, htmx included.
document.addEventListener(
  "submit",
  (event) => {
    renew();
    if (!("sent" in event.target.dataset)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
// After them: what was not stopped is on its way.
addEventListener("submit", (event) => {
  if (!event.defaultPrevented && event.target.method === "post") sent(event.target, event.submitter);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target;
  if (form.matches("form")) sent(form, event.detail.requestConfig.triggeringEvent?.submitter);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches("form")) ready(event.target);
});
// Back again by the browser's own history.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(ready));
