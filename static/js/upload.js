// Files chosen, dropped or pasted go to the endpoint of data-upload at once, each with its progress.
// The form then posts their ids as `files`, or as data-upload-as says; it waits for those under way.
// A file refused stays with its reason until it is removed; one that a lost connection stopped is
// sent again when it is back.
const AGAIN = 5000;
const SOON = 300;
const say = (root, word, values = {}) =>
  root.dataset[`say${word}`].replace(/\{(\w+)\}/g, (_, name) => values[name]);

// The same words as the filter `bytes` of common/templatetags/ui.py.
function size(count) {
  if (count < 1024) return count === 1 ? "1 byte" : `${count} bytes`;
  let value = count;
  let unit;
  for (unit of ["KB", "MB", "GB", "TB"]) {
    value /= 1024;
    if (Math.round(value) < 1024) break;
  }
  const digits = value < 9.95 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(0);
  return `${digits.replace(".", ",")} ${unit}`;
}

function attach(root) {
  if (root.uploading) return;
  const form = root.closest("form");
  // A form that takes files may hold questions that take their own.
  const own = (query) => [...root.querySelectorAll(query)].find((each) => nearest(each) === root);
  const nearest = (each) => each.closest("[data-upload]");
  const takes = ({ target }) =>
    (target.closest("[data-upload-as]") ?? form.mainUpload) === root && root.isConnected;
  const list = own("[data-files]");
  const said = own("[data-upload-said]");
  const input = own("input[type=file]");
  if (!root.dataset.uploadAs) form.mainUpload = root;
  const under = (root.uploading = new Set());
  const most = Number(root.dataset.maxFiles);
  const copy = (name) => own(`template[data-file-${name}]`).content.cloneNode(true);
  let waiting = null;

  function changed() {
    form.dispatchEvent(new Event("change", { bubbles: true }));
    if (under.size || !waiting) return;
    const submitter = waiting.button;
    waiting = null;
    submitter?.removeAttribute("aria-busy");
    const refused = list.querySelector(".file--refused");
    if (refused) refused.querySelector("button").focus();
    else form.requestSubmit(submitter);
  }

  function add(file) {
    list.append(copy("template"));
    const row = list.lastElementChild;
    const state = row.querySelector("[data-file-state]");
    const remove = row.querySelector("[data-file-remove]");
    row.querySelector("[data-file-name]").textContent = file.name;
    remove.setAttribute("aria-label", say(root, "Remove", { name: file.name }));
    let lost = false;
    const picture = row.querySelector("use");
    const [kind] = file.type.match(/^(image|video)(?=\/)/) ?? ["file"];
    picture.setAttribute("href", picture.getAttribute("href").replace(/#.*/, `#i-${kind}`));
    const taken = form.querySelectorAll("[data-file]:not(.file--refused)").length;
    if (taken > most) refuse(say(root, "Many"));
    else if (file.size > Number(root.dataset.maxBytes)) refuse(say(root, "Big"));
    else send();

    function refuse(why, retry = false) {
      row.classList.add("file--refused");
      row.querySelector("progress")?.remove();
      state.textContent = say(root, "Refused");
      state.prepend(copy("refused"));
      row.append(copy("why"));
      row.querySelector("[data-file-reason]").textContent = why;
      const again = row.querySelector("[data-file-retry]");
      if (!retry) again.remove();
      again.addEventListener("click", () => {
        row.querySelector(".file__why").remove();
        send();
      });
      // Said once, however often it is tried.
      if (!lost) said.textContent = `${file.name}: ${why}`;
      if (retry !== "lost") return;
      lost = true;
      const resume = () => again.isConnected && again.click();
      addEventListener("online", () => setTimeout(resume, SOON), { once: true });
      setTimeout(resume, AGAIN);
    }

    function send() {
      row.classList.remove("file--refused");
      row.append(copy("bar"));
      const bar = row.lastElementChild;
      const request = new XMLHttpRequest();
      const body = new FormData();
      const sending = (percent) => {
        bar.value = percent;
        state.textContent = say(root, "Sending", { percent, size: size(file.size) });
      };
      bar.setAttribute("aria-label", say(root, "Progress", { name: file.name }));
      body.append("file", file, file.name);
      body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      request.responseType = "json";
      request.upload.onprogress = ({ loaded, total }) => sending(Math.floor((loaded / total) * 100));
      request.onload = () => {
        const { status, response } = request;
        if (status < 300 && response) done(response);
        else if (status === 413) refuse(say(root, "Big"));
        else if (status < 500 && response?.detail) refuse(response.detail, status === 401);
        else refuse(say(root, "Failed"), "lost");
        if (status === 401) document.dispatchEvent(new Event("ended"));
      };
      request.onerror = request.ontimeout = () => refuse(say(root, "Failed"), "lost");
      request.onloadend = () => (under.delete(request), changed());
      remove.onclick = () => request.abort();
      request.open("POST", root.dataset.upload);
      request.setRequestHeader("accept", "application/json");
      under.add(request);
      sending(0);
      request.send(body);
    }

    function done(stored) {
      row.querySelector("progress").remove();
      state.textContent = say(root, "Done", { size: size(stored.size) });
      state.prepend(copy("done"));
      const id = Object.assign(document.createElement("input"), { type: "hidden" });
      id.name = root.dataset.uploadAs ?? "files";
      id.value = stored.id;
      row.append(id);
      said.textContent = say(root, "Added", { name: stored.name });
    }
  }

  const take = (files) => [...files].forEach(add);

  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-file-remove]")?.closest("[data-file]");
    if (!row) return;
    said.textContent = say(root, "Removed", { name: row.querySelector("[data-file-name]").textContent });
    row.remove();
    changed();
    (list.querySelector("[data-file-remove]") ?? input).focus();
  });
  input.addEventListener("change", (event) => {
    event.stopPropagation();
    take(input.files);
    input.value = "";
  });
  form.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length || !takes(event)) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
  const zone = own("[data-drop]");
  const over = (event) => {
    delete zone.dataset.over;
    if (!event.dataTransfer.types.includes("Files") || !takes(event)) return;
    event.preventDefault();
    zone.dataset.over = "";
  };
  form.addEventListener("dragenter", over);
  form.addEventListener("dragover", over);
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) delete zone.dataset.over;
  });
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length || !takes(event)) return;
    event.preventDefault();
    delete zone.dataset.over;
    take(event.dataTransfer.files);
  });
  // On the way down, so that neither htmx nor once.js takes a form that waits for its files.
  form.addEventListener(
    "submit",
    (event) => {
      if (!under.size) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = { button: event.submitter };
      event.submitter?.setAttribute("aria-busy", "true");
      said.textContent = say(root, "Wait");
    },
    true,
  );
}

const attachAll = () => document.querySelectorAll("[data-upload]").forEach(attach);
attachAll();
document.addEventListener("htmx:afterSettle", attachAll);
document.addEventListener("grown", attachAll);
