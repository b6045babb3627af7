// Makes a page better that is whole without it: times in the reader's zone, reports without leaving the page, and what
// changes put in its place as it happens. No dependency, no build step: this is what the browser runs.

const body = document.body;
const lang = document.documentElement.lang;
const spoken = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });

// Times are written in UTC. Each keeps its words for who points at it.
function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) {
      time.title = time.textContent;
      time.textContent = spoken.format(at);
    }
  }
}

// Put new content into a part. What is open stays open, the focus stays, and what somebody has just been told stays.
function replace(part, html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const open = [...part.querySelectorAll("details[open]")].map((one) => one.id || place(one, part));
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const way = focused && (focused.id ? `#${CSS.escape(focused.id)}` : place(focused, part));
  const said = [...part.querySelectorAll(".said-here")].map((one) => [one.closest("details")?.id, one]);
  part.replaceChildren(...parsed.body.childNodes);
  localise(part);
  for (const one of open) {
    const details = at(one, part);
    if (details && details.tagName === "DETAILS") details.open = true;
  }
  for (const [id, one] of said) document.getElementById(id)?.querySelector("form")?.replaceWith(one);
  if (way) at(way.replace(/^#/, ""), part)?.focus({ preventScroll: true });
}

// What somebody reads must not move by what changes above it: where the focus is, otherwise the first thing with a name that
// begins in the window. Gives back what puts it in its place again. Browsers do this by themselves, but not for what stands in
// the place of something that is gone.
function hold() {
  const main = document.getElementById("main");
  const begins = (one) => one.getBoundingClientRect().top;
  const inside = (one) => begins(one) >= 0 && begins(one) < window.innerHeight;
  const focus = document.activeElement;
  const focused = focus !== main && main.contains(focus) && inside(focus);
  const read = focused ? focus : [...main.querySelectorAll("[id]")].find(inside);
  if (!read || window.scrollY === 0) return () => {};
  const top = begins(read);
  return () => {
    const now = focused ? document.activeElement : document.getElementById(read.id);
    const moved = now && main.contains(now) ? begins(now) - top : 0;
    if (moved) window.scrollBy({ top: moved, behavior: "instant" });
  };
}

// Where an element stands in a part: the numbers of the children on the way to it.
function place(element, part) {
  const way = [];
  for (let one = element; one && one !== part; one = one.parentElement) {
    way.unshift([...one.parentElement.children].indexOf(one));
  }
  return way.join("/");
}

function at(where, part) {
  const found = document.getElementById(where);
  if (found) return found;
  return where.split("/").reduce((one, number) => one && one.children[Number(number)], part);
}

// The stream of what changes. It rests while nobody looks.
let source = null;
let version = body.dataset.version;
const live = document.getElementById("live");

function tell(on) {
  if (!live) return;
  live.classList.toggle("on", on);
  const words = on ? live.dataset.on : live.dataset.off;
  if (live.textContent !== words) live.textContent = words;
}

function follow() {
  if (source || document.hidden || !body.dataset.stream) return;
  source = new EventSource(`${body.dataset.stream}&version=${encodeURIComponent(version)}`);
  source.addEventListener("open", () => tell(true));
  source.addEventListener("error", () => {
    tell(false);
    // refused for good, as when too many follow: try again later
    if (source && source.readyState === EventSource.CLOSED) {
      rest();
      setTimeout(follow, 10000);
    }
  });
  source.addEventListener("parts", (event) => {
    const { title, parts } = JSON.parse(event.data);
    version = event.lastEventId;
    document.title = title;
    const release = hold();
    for (const [id, html] of Object.entries(parts)) {
      const part = document.getElementById(id);
      if (part) replace(part, html);
    }
    release();
  });
}

function rest() {
  source?.close();
  source = null;
}

document.addEventListener("visibilitychange", () => (document.hidden ? rest() : follow()));
// a page that the browser keeps for "back" must not keep a connection
window.addEventListener("pagehide", rest);
window.addEventListener("pageshow", follow);

// "I have a problem": the answer is shown where the question was. Without an answer, the browser sends the form itself.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches('form[action="/reports"]') || !event.submitter) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, headers: { accept: "text/html" } });
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    const message = parsed.querySelector("#message .message");
    if (!message) throw new Error("no answer of ours");
    const said = document.createElement("div");
    said.className = "said-here";
    said.tabIndex = -1;
    said.setAttribute("role", "status");
    const title = document.createElement("p");
    const strong = document.createElement("strong");
    strong.textContent = message.querySelector("h1").textContent;
    title.append(strong);
    const text = document.createElement("p");
    text.textContent = message.querySelector("p").textContent;
    said.append(title, text);
    form.replaceWith(said);
    said.focus({ preventScroll: true });
  } catch {
    const symptom = document.createElement("input");
    symptom.type = "hidden";
    symptom.name = event.submitter.name;
    symptom.value = event.submitter.value;
    form.append(symptom);
    form.submit();
  }
});

// a slider and the number beside it say the same
document.addEventListener("input", ({ target }) => {
  const other = target.dataset.with
    ? target.form?.elements.namedItem(target.dataset.with)
    : target.form?.querySelector(`[data-with="${target.name}"]`);
  if (other) other.value = target.value;
});

localise(document);
follow();
