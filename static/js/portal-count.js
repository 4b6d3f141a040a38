// Says how much of its maxlength a field with data-counted (the id of the note) holds.
for (const field of document.querySelectorAll("[data-counted]")) {
  const note = document.getElementById(field.dataset.counted);
  const count = () => {
    const values = { used: field.value.length, most: field.maxLength };
    note.textContent = note.dataset.say.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
  note.hidden = false;
  field.addEventListener("input", count);
  count();
}
