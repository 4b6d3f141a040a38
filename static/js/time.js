// Relative times stay true while a page is open. The words are those of common/dates.py.
const root = document.documentElement;
const ahead = Date.parse(root.dataset.now) - Date.now();
const format = new Intl.DateTimeFormat("pt-BR", {
  timeZone: root.dataset.zone,
  weekday: "short",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

function local(moment) {
  const part = Object.fromEntries(format.formatToParts(moment).map((p) => [p.type, p.value]));
  return {
    ...part,
    time: `${part.hour}:${part.minute}`,
    number: Date.UTC(part.year, part.month - 1, part.day) / 86400000,
  };
}

function relative(moment, now) {
  const minutes = Math.floor(Math.abs(now - moment) / 60000);
  const future = moment > now;
  if (minutes < 1) return "agora";
  if (minutes < 60) return future ? `em ${minutes} min` : `há ${minutes} min`;
  const then = local(moment);
  const today = local(now);
  const days = then.number - today.number;
  if (days === 0) return future ? `hoje, ${then.time}` : `há ${Math.floor(minutes / 60)} h`;
  if (days === -1) return `ontem, ${then.time}`;
  if (days === 1) return `amanhã, ${then.time}`;
  const year = then.year === today.year ? "" : `/${then.year}`;
  return `${then.day}/${then.month}${year}, ${then.time}`;
}

function refresh() {
  const now = Date.now() + ahead;
  for (const time of document.querySelectorAll("time[data-when]")) {
    const text = relative(Date.parse(time.dateTime), now);
    if (time.textContent !== text) time.textContent = text;
  }
  for (const clock of document.querySelectorAll("[data-clock]")) clock.textContent = format.format(now);
}

setInterval(refresh, 60000);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
addEventListener("pageshow", refresh);
