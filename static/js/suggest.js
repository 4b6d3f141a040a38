// While the title of a new ticket is typed, what may answer it appears below it (#sugestoes).
const WAIT = 150;
const SHORTEST = 3;
// What is asked with, and which of it asks anew when it changes.
const SENT = ["title", "product", "organization", "inquiry", "incident"];
const ASKING = ["title", "product", "organization"];

const place = () => document.getElementById("sugestoes");
let timer;
let request;
// The question that was answered last, or is on its way; null where the answer did not come.
let wanted = "";

function asked() {
  const form = new FormData(place().closest("form"));
  return Object.fromEntries(SENT.map((name) => [name, (form.get(name) ?? "").trim()]));
}

function show(html) {
  const drawn = new DOMParser().parseFromString(html, "text/html");
  place().replaceChildren(...drawn.body.children);
  const said = place().querySelector("[data-say]")?.dataset.say ?? "";
  document.getElementById("sugestoes-quantas").textContent = said;
}

async function ask() {
  // Whoever is at one of the suggestions already keeps them.
  const isKept = () => place().contains(document.activeElement);
  if (!place() || isKept()) return;
  const words = asked();
  const query = words.title.length < SHORTEST ? "" : new URLSearchParams(words).toString();
  if (query === wanted) return;
  request?.abort();
  wanted = query;
  if (!query) {
    show("");
    return;
  }
  request = new AbortController();
  const { signal } = request;
  try {
    const headers = { "HX-Request": "true", accept: "text/html" };
    const answer = await fetch(`${place().dataset.url}?${query}`, { headers, signal });
    const html = answer.ok && (await answer.text());
    if (signal.aborted) return;
    if (answer.ok && !isKept()) show(html);
    else wanted = null;
  } catch {
    // No connection: suggestions are a courtesy, and the ticket goes on without.
    if (!signal.aborted) wanted = null;
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
}

// The form may be drawn anew around the title, so it is the document that listens.
function changed({ target }) {
  if (ASKING.includes(target.name) && target.form?.contains(place())) later();
}

document.addEventListener("input", changed);
document.addEventListener("change", changed);
addEventListener("online", later);
// A draft or the browser's Back may have brought a title.
if (place() && !place().children.length) later();
