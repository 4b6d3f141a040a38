// The editor of an article: Tiptap (of django-prose-editor) over the form's own text field, pressed
// by a toolbar that a template draws. Pictures that are chosen, pasted or dropped go to the server.
import {
  Blockquote,
  Bold,
  BulletList,
  Code,
  CodeBlock,
  Document,
  Dropcursor,
  Gapcursor,
  HardBreak,
  Heading,
  History,
  HorizontalRule,
  Image,
  Italic,
  Link,
  ListItem,
  OrderedList,
  Paragraph,
  Strike,
  Subscript,
  Superscript,
  Table,
  TableCell,
  TableHeader,
  TableRow,
  Text,
  Underline,
  createTextareaEditor,
} from "django-prose-editor/editor";

const field = document.querySelector("[data-article-body]");
const form = field.form;
const bar = document.querySelector("[data-toolbar]");
const said = document.querySelector("[data-editor-said]");
const linking = document.getElementById("ed-link");
const picturing = document.getElementById("ed-image");

const editor = createTextareaEditor(field, [
  Document,
  Paragraph,
  Text,
  Heading.configure({ levels: [2, 3] }),
  Bold,
  Italic,
  Underline,
  Strike,
  Subscript,
  Superscript,
  Code,
  CodeBlock,
  BulletList,
  OrderedList,
  ListItem,
  Blockquote,
  HorizontalRule,
  HardBreak,
  Link.configure({ enableTarget: false }),
  Image,
  Table,
  TableRow,
  TableHeader,
  TableCell,
  Dropcursor,
  Gapcursor,
  History,
]);
const chain = () => editor.chain().focus();

const acts = {
  heading2: () => chain().toggleHeading({ level: 2 }).run(),
  heading3: () => chain().toggleHeading({ level: 3 }).run(),
  bold: () => chain().toggleBold().run(),
  italic: () => chain().toggleItalic().run(),
  code: () => chain().toggleCode().run(),
  bulletList: () => chain().toggleBulletList().run(),
  orderedList: () => chain().toggleOrderedList().run(),
  blockquote: () => chain().toggleBlockquote().run(),
  codeBlock: () => chain().toggleCodeBlock().run(),
  link: askLink,
  image: () => askPicture(),
  table: () => chain().insertTable({ rows: 3, cols: 2, withHeaderRow: true }).run(),
  addRow: () => chain().addRowAfter().run(),
  addColumn: () => chain().addColumnAfter().run(),
  deleteRow: () => chain().deleteRow().run(),
  deleteColumn: () => chain().deleteColumn().run(),
  deleteTable: () => chain().deleteTable().run(),
  undo: () => chain().undo().run(),
  redo: () => chain().redo().run(),
};
const isOn = (act) => {
  const level = act.match(/^heading(\d)$/)?.[1];
  return level ? editor.isActive("heading", { level: Number(level) }) : editor.isActive(act);
};
const TOGGLES = "heading2 heading3 bold italic code bulletList orderedList blockquote codeBlock link".split(" ");

function refresh() {
  for (const button of bar.querySelectorAll("[data-do]")) {
    if (TOGGLES.includes(button.dataset.do)) button.setAttribute("aria-pressed", isOn(button.dataset.do));
  }
  bar.querySelector("[data-in-table]").hidden = !editor.isActive("table");
}

// One stop of the Tab key; the arrows walk inside (WAI-ARIA, toolbar pattern).
const buttons = () => [...bar.querySelectorAll("[data-do]")].filter((button) => button.offsetParent);
function stopAt(button) {
  for (const each of bar.querySelectorAll("[data-do]")) each.tabIndex = each === button ? 0 : -1;
}
bar.addEventListener("keydown", ({ key }) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (!step) return;
  const all = buttons();
  const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
  stopAt(next);
  next.focus();
});
bar.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-do]");
  if (!button) return;
  stopAt(button);
  acts[button.dataset.do]();
});

function askLink() {
  linking.querySelector("[name=href]").value = editor.getAttributes("link").href ?? "";
  linking.showModal();
}
linking.querySelector("form").addEventListener("submit", () => {
  const href = linking.querySelector("[name=href]").value.trim();
  if (!href) chain().extendMarkRange("link").unsetLink().run();
  else if (editor.state.selection.empty && !editor.isActive("link")) {
    chain().insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] }).run();
  } else chain().extendMarkRange("link").setLink({ href }).run();
});

// A picture that is selected is described anew; another one takes its place.
function askPicture(files) {
  const old = editor.isActive("image") ? editor.getAttributes("image") : null;
  const { file, alt } = picturing.querySelector("form").elements;
  file.value = "";
  if (files) file.files = files;
  alt.value = (!files && old?.alt) || "";
  complain("");
  picturing.showModal();
  if (files) alt.focus();
}
function complain(why) {
  const error = picturing.querySelector("[data-image-error]");
  error.textContent = why;
  error.hidden = !why;
}
picturing.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const asked = event.target;
  const say = asked.dataset;
  const { file, alt } = asked.elements;
  const old = editor.isActive("image") ? editor.getAttributes("image") : null;
  const [chosen] = file.files;
  if (!chosen && !old) return complain(say.sayNone);
  let picture = old;
  if (chosen) {
    said.textContent = say.saySending;
    asked.querySelector("[type=submit]").setAttribute("aria-busy", "true");
    const stored = await send(chosen, say.sayFailed);
    asked.querySelector("[type=submit]").removeAttribute("aria-busy");
    said.textContent = "";
    if (stored.detail) return complain(stored.detail);
    if (!stored.image) return complain(say.sayOther);
    picture = { src: stored.url, ...(await measured(chosen)) };
  }
  picturing.close();
  chain().setImage({ ...picture, alt: alt.value.trim() }).run();
  said.textContent = say.sayDone;
});

async function send(file, failed) {
  const body = new FormData();
  body.append("file", file, file.name);
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  try {
    const headers = { accept: "application/json" };
    const answer = await fetch(form.dataset.articleUpload, { method: "POST", body, headers });
    if (answer.status === 401) document.dispatchEvent(new Event("ended"));
    return answer.status < 500 && answer.status !== 413 ? await answer.json() : { detail: failed };
  } catch {
    return { detail: failed };
  }
}

// Room is kept for the picture before it arrives.
async function measured(file) {
  try {
    const { width, height } = await createImageBitmap(file);
    return { width, height };
  } catch {
    return {};
  }
}

function take(event, transfer) {
  if (!transfer?.files.length) return false;
  event.preventDefault();
  askPicture(transfer.files);
  return true;
}

editor.setOptions({
  editorProps: {
    attributes: {
      class: "prose help-prose",
      role: "textbox",
      "aria-multiline": "true",
      "aria-labelledby": "texto-rotulo",
      spellcheck: "true",
    },
    handlePaste: (_view, event) => take(event, event.clipboardData),
    handleDrop: (_view, event) => take(event, event.dataTransfer),
  },
});
document.getElementById("texto-rotulo").addEventListener("click", () => editor.commands.focus());
editor.on("transaction", refresh);
bar.hidden = false;
stopAt(bar.querySelector("[data-do]"));
refresh();

// A preview goes to another tab: this form is still to be sent, and its draft to be kept.
form.addEventListener("submit", ({ submitter }) => {
  if (submitter?.formTarget !== "_blank") return;
  setTimeout(() => {
    delete form.dataset.sent;
    submitter.removeAttribute("aria-busy");
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
});
