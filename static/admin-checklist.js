// Questions of a checklist are moved by buttons, or dragged by their handle, and their places
// numbered anew; without this script the numbers are typed. The words come with the numbers' field.
const STEP = 10;

for (const group of document.querySelectorAll(".questions")) {
  const rows = () => [...group.querySelectorAll(":scope > .inline-related:not(.empty-form)")];
  const place = (row) => row.querySelector('input[name$="-position"]');
  // A new one in which nothing is written stays untouched: it is not saved.
  const counts = (row) =>
    row.classList.contains("has_original") || row.querySelector('input[name$="-label"]').value;
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  group.append(said);

  function number(moved) {
    const kept = rows().filter(counts);
    kept.forEach((row, at) => (place(row).value = (at + 1) * STEP));
    const values = { n: rows().indexOf(moved) + 1, most: rows().length };
    said.textContent = place(moved).dataset.sayMoved.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  function move(row, by) {
    const other = rows()[rows().indexOf(row) + by];
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    number(row);
  }

  function drag(row, event) {
    event.preventDefault();
    row.classList.add("moving");
    const over = ({ clientY }) => {
      const others = rows().filter((each) => each !== row);
      const middle = (each) => each.getBoundingClientRect().top + each.offsetHeight / 2;
      const next = others.find((each) => clientY < middle(each));
      if (next) next.before(row);
      else others.at(-1)?.after(row);
    };
    const drop = () => {
      removeEventListener("pointermove", over);
      row.classList.remove("moving");
      number(row);
    };
    addEventListener("pointermove", over);
    for (const end of ["pointerup", "pointercancel"]) {
      addEventListener(end, drop, { once: true });
    }
  }

  function attach(row) {
    const bar = document.createElement("span");
    bar.className = "move";
    const handle = Object.assign(document.createElement("span"), { className: "move__handle", textContent: "⠿" });
    handle.setAttribute("aria-hidden", "true");
    handle.addEventListener("pointerdown", (event) => drag(row, event));
    bar.append(handle);
    for (const [word, by] of [["sayUp", -1], ["sayDown", 1]]) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: place(row).dataset[word] });
      button.addEventListener("click", () => {
        move(row, by);
        button.focus();
      });
      bar.append(button);
    }
    row.querySelector("h3").append(bar);
  }

  rows().forEach(attach);
  group.addEventListener("formset:added", ({ target }) => attach(target));
  // Once one is taken away, Django numbers the forms as they stand: the stored ones must come first.
  document.addEventListener("formset:removed", () => {
    const shown = rows();
    const at = (row) => Number(row.id.match(/\d+$/)[0]);
    const end = group.querySelector(":scope > .empty-form");
    shown.toSorted((one, other) => at(one) - at(other)).forEach((row) => end.before(row));
    setTimeout(() => shown.forEach((row) => end.before(row)));
  });
}
