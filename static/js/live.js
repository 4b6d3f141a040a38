// Live pages. Inside an element with data-socket (its WebSocket's path) a change makes every
// [data-live] hear `refresh`, so that htmx gets its fragment again, and [data-presence] names who
// else is there. A socket that opens, the first time or again, catches up with what it missed.
const TYPING_EVERY = 3000;
const SLOWEST = 30000;
// The server's word for who may no longer hear: not to be asked again.
const NOT_FOUND = 4404;
const sockets = new Map();
const lost = new Set();

function offline(root, gone) {
  if (gone) lost.add(root);
  else lost.delete(root);
  for (const note of document.querySelectorAll("[data-offline]")) note.hidden = !lost.size;
}

function presence(root, people) {
  for (const note of root.querySelectorAll("[data-presence]")) {
    note.textContent = people
      .map(({ name, doing }) =>
        note.dataset[doing === "typing" ? "sayTyping" : "sayViewing"].replace("{name}", name),
      )
      .join(" ");
  }
}

function connect(root) {
  const live = { tries: 0, timer: 0, socket: null, last: 0 };
  const refresh = () => {
    for (const part of root.querySelectorAll("[data-live]")) part.dispatchEvent(new Event("refresh"));
    if (root.matches("[data-live]")) root.dispatchEvent(new Event("refresh"));
  };

  live.open = () => {
    clearTimeout(live.timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = (live.socket = new WebSocket(`${scheme}://${location.host}${root.dataset.socket}`));
    socket.onopen = () => {
      offline(root, false);
      live.tries = 0;
      // The first time too: the page was written before anyone listened.
      refresh();
    };
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "changed") refresh();
      if (message.type === "presence") presence(root, message.people);
    };
    socket.onclose = ({ code }) => {
      presence(root, []);
      if (code === NOT_FOUND) return;
      live.tries += 1;
      // One short break, as when a server restarts, is not worth a word.
      if (live.tries > 1) offline(root, true);
      const wait = Math.min(SLOWEST, 500 * 2 ** live.tries);
      live.timer = setTimeout(live.open, wait * (0.5 + Math.random() / 2));
    };
  };

  live.close = () => {
    clearTimeout(live.timer);
    const { socket } = live;
    socket.onclose = null;
    // A browser complains of a socket that is closed before it opens.
    if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
    else socket.close();
    offline(root, false);
  };

  root.addEventListener("input", (event) => {
    if (!event.target.matches("textarea") || Date.now() - live.last < TYPING_EVERY) return;
    if (live.socket.readyState !== WebSocket.OPEN) return;
    live.last = Date.now();
    live.socket.send(JSON.stringify({ type: "typing" }));
  });
  live.open();
  return live;
}

function scan() {
  for (const [root, live] of sockets) {
    if (root.isConnected) continue;
    live.close();
    sockets.delete(root);
  }
  for (const root of document.querySelectorAll("[data-socket]")) {
    if (!sockets.has(root)) sockets.set(root, connect(root));
  }
}

scan();
document.addEventListener("htmx:afterSettle", scan);
addEventListener("online", () => lost.forEach((root) => sockets.get(root).open()));
