// The page's behaviour. Gradio runs this once, when the element at the top of the page is there;
// `trigger` raises an event that the page listens to: 'ask', 'again', 'edit', 'keep', 'new',
// 'reopen', 'why', 'read', 'close', 'choose', 'greet', 'run', 'halt', 'connect', 'employ', 'plain'.
// citations.js and feedback.js follow this file and share its names; history.js stands on its own.

const root = document.documentElement;
const find = (id) => document.getElementById(id);
const box = () => document.querySelector("#question textarea");
let opener = null; // what opened the reading pane, to give the focus back to

function go(id) {
  const target = find(id);
  if (!target) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  target.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  target.focus({ preventScroll: true });
}

async function copy(button) {
  const text = button.dataset.text;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea"); // where the clipboard needs https
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy"), 1600);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#t']:not([data-do])");
  if (link) {
    event.preventDefault();
    go(link.getAttribute("href").slice(1));
    return;
  }
  const button = event.target.closest("[data-do]");
  if (!button) return;
  const { do: action, ...details } = button.dataset;
  if (button.closest("#history-view") && action !== "reopen") return; // see history.js
  if (button.matches("a")) event.preventDefault(); // a citation
  if (button.ariaDisabled === "true") return;
  if (action === "reopen") [newest, left] = [0, details.id];
  if (action === "new") leaveBehind();
  if (action === "edit" && !edited()) draft = box().value;
  const here = {
    copy: () => copy(button),
    report: () => openReport(button),
    back: closeReport,
    like: () => rate(button, "liked"),
    dislike: () => rate(button, "disliked"),
    unsaid: () => correct(button.form, ""),
    download: downloadFeedback,
    forget: forgetFeedback,
    unforget: unforgetFeedback,
    remove: () => remove(details.source),
    sort: () => sortArticles(details.by),
    choose: pickNone,
    only: () => pickOnly(details.article),
    keep: keepAsItWas,
    restore: () => change(`restore?${new URLSearchParams({ ticket: details.ticket })}`),
  };
  if (action in here) {
    here[action]();
    return;
  }
  if (action === "read") {
    if (button.dataset.step) stepped = button.dataset.step;
    else if (!button.closest("#reading")) opener = button;
  }
  if (details.every) pickNone(); // of all articles, not only of some
  trigger(action, { ...details, shown: shownHere() });
  if (action === "close") opener?.focus();
  // On a touch screen the focus would bring up the keyboard over the answer.
  if (action === "edit" || matchMedia("(hover: hover)").matches) {
    if (["ask", "edit", "new"].includes(action)) box()?.focus();
  }
});

// The formats of an export lie over the answer until one is chosen, or something else is done.
const openExport = () => document.querySelector(".actions details[open]");

function closeExport() {
  const open = openExport();
  if (open) open.open = false;
  return open;
}

document.addEventListener("click", (event) => {
  if (!openExport()?.contains(event.target) || event.target.closest(".formats a")) closeExport();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || hideQuote()) return;
  const exporting = closeExport();
  if (exporting) {
    exporting.querySelector("summary").focus();
    return;
  }
  if (root.dataset.view === "quality") {
    closeReport();
    return;
  }
  if (event.target === box() && keepAsItWas()) return;
  const stop = find("stop");
  const close = document.querySelector("#reading [data-do=close]");
  if (close) close.click();
  else if (stop && stop.offsetParent) stop.click();
  else keepAsItWas();
});

// A question that is edited takes the place of the last one when it is sent. Until then that stays:
// Escape, or an emptied box, and it was never edited.
let draft = ""; // what was in the box before
const edited = () => document.querySelector("#editing [data-turn]");

function endEdit() {
  delete edited().dataset.turn; // at once: what is sent next is a question of its own
  trigger("keep", {});
}

function fill(text) {
  box().value = text;
  box().dispatchEvent(new Event("input", { bubbles: true }));
}

function keepAsItWas() {
  if (!edited()) return false;
  endEdit();
  fill(draft);
  box().focus();
  return true;
}

document.addEventListener("input", (event) => {
  if (event.target !== box()) return;
  if (!box().value && edited()) endEdit();
  root.toggleAttribute("data-typed", box().value.trim() !== ""); // a notice may end by that
});

// A page that is loaded again, as phones do on their own, goes on with the conversation that this
// tab showed, where it is kept.
const LEFT = "ask-left";
const AGAIN_MS = 200;
const ON_MS = 2000;
const TYPED = "ask-typed"; // what was not sent yet, or not answered
const AMONG = "ask-among"; // the articles that alone are asked
let left = "";
let typed = "";
let among = "";
try {
  left = sessionStorage.getItem(LEFT) ?? "";
  typed = sessionStorage.getItem(TYPED) ?? "";
  among = sessionStorage.getItem(AMONG) ?? "";
} catch {
  // a browser that stores nothing
}

// The last turn has its conversation only once it is kept; the ones before it have it too.
function conversationHere() {
  return [...document.querySelectorAll(":is(#past, #live) [data-conversation]")].at(-1)?.dataset
    .conversation;
}

// What the page shows, told with every event that is about it: the program may have been started
// anew since, and then takes the turns from where they are kept.
function shownHere() {
  const turns = [...document.querySelectorAll(":is(#past, #live) .turn:not([data-behind])")];
  return JSON.stringify({
    conversation: turns.length ? (conversationHere() ?? "") : "",
    turns: turns.map((turn) => ({
      number: Number(turn.dataset.turn),
      state: turn.dataset.state,
      kept: turn.dataset.kept ?? "",
      question: turn.dataset.kept ? "" : turn.querySelector(".question").textContent,
    })),
    articles: [...picked],
    editing: Number(edited()?.dataset.turn ?? 0),
  });
}
window.shownHere = shownHere;

// What a new conversation begins without, from the click on, not only once it is gone.
function leaveBehind() {
  left = "";
  for (const turn of document.querySelectorAll(".turn")) turn.dataset.behind = "yes";
}

const isMaking = () => Boolean(find("stop")?.offsetParent);

function leave() {
  const asked = isMaking() ? document.querySelector("#live .turn .question")?.textContent : "";
  try {
    sessionStorage.setItem(LEFT, conversationHere() ?? left);
    sessionStorage.setItem(TYPED, box()?.value || asked || "");
    sessionStorage.setItem(AMONG, JSON.stringify([...picked]));
  } catch {
    // as above
  }
}
addEventListener("pagehide", leave);

document.addEventListener("visibilitychange", () => document.hidden && leave());
// What is raised before Gradio listens is lost, so it is raised again; while one is under way,
// Gradio drops the others.
function goOn(tries) {
  if (!left || !tries || document.querySelector(".turn")) return;
  trigger("reopen", { id: left, left: "yes" });
  setTimeout(goOn, ON_MS, tries - 1);
}
goOn(3);
function typeAgain(tries) {
  // Not before the box is made and the conversation is there, which empties it.
  if (tries && !(box() && document.querySelector(left ? ".turn" : ".about")))
    return void setTimeout(typeAgain, AGAIN_MS, tries - 1);
  if (!box() || box().value) return;
  fill(typed);
}
if (typed) setTimeout(typeAgain, AGAIN_MS, 100);

// The views: which one is shown stands in the address, so that Back works and a link leads to it.
function show() {
  const asked = location.hash.slice(1);
  const there = Boolean(document.querySelector(`:is(.views a, a.view)[href="#${CSS.escape(asked)}"]`));
  const view = there ? asked : "chat";
  if (view === "articles" && root.dataset.view !== view) listArticles();
  root.dataset.view = view;
  for (const link of document.querySelectorAll(".views a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}
addEventListener("hashchange", show);

document.addEventListener("submit", (event) => {
  if (event.target.dataset.form !== "run") return;
  event.preventDefault();
  closeReport();
  trigger("run", Object.fromEntries(new FormData(event.target)));
});

// The articles: files go to the program one by one, then the index is brought in step.
const shelf = () => document.querySelector("#articles-view .articles");
const WATCH_MS = 1000;
let working = false;

async function post(what, body) {
  const answer = await fetch(`library/${what}`, {
    method: "POST",
    headers: { "x-page": "articles" },
    body,
  });
  return [answer.ok && !answer.headers.has("x-refused"), await answer.text()];
}

function shown(html, { said = true, inPlace = false } = {}) {
  const made = document.createElement("template");
  made.innerHTML = html; // made by the program, every text in it escaped
  const files = made.content.querySelector(".files");
  if (files) {
    if (inPlace) keepLines(files);
    shelf().querySelector(":scope > .files").replaceWith(files);
    tickPicked();
    drawPicture();
    const about = document.querySelector(".welcome .about");
    if (about) about.innerHTML = files.querySelector(".collection").innerHTML;
  }
  if (said) shelf().querySelector(".said").replaceChildren(made.content);
}

function tell(text) {
  const told = document.createElement("p");
  told.textContent = text;
  shelf().querySelector(".said").replaceChildren(told);
}

// Beside what is told: it stays while that goes on.
function tellBeside(text) {
  const said = shelf().querySelector(".said");
  if (said.lastElementChild?.textContent === text) return;
  const told = document.createElement("p");
  told.textContent = text;
  said.append(told);
}

// A long reading tells how far it is until its reply comes.
async function postAndWatch(what, body) {
  let isOver = false;
  const watching = setInterval(async () => {
    const [fine, told] = await post("progress").catch(() => [false, ""]);
    if (isOver || !fine || !told) return;
    const first = shelf().querySelector(".said p");
    if (first) first.textContent = told;
    else tell(told);
  }, WATCH_MS);
  try {
    return await post(what, body);
  } finally {
    isOver = true;
    clearInterval(watching);
  }
}

async function change(what, then = listArticles) {
  if (working) return void tellBeside("The articles are being read: try that again when they are.");
  working = true;
  try {
    tell("Updating the index…");
    const [fine, html] = await postAndWatch(what);
    shown(html);
    const said = shelf().querySelector(".said");
    said.tabIndex = -1;
    (said.querySelector("[data-do]") ?? said).focus({ preventScroll: true });
    await (fine ? then : listArticles)(); // as it is sorted and filtered here
    trigger("greet", {}); // the examples are of other articles now
    if (picked.size) trigger("choose", { articles: [...picked] }); // without what is gone
  } catch {
    tell("The program does not answer. Is it still running?");
  } finally {
    working = false;
  }
}

async function addFiles(files) {
  if (working && files.length) tellBeside("Wait until the files before are in, then add these.");
  if (working || !files.length) return;
  working = true;
  location.hash = "#articles";
  const names = [];
  const refused = [];
  try {
    for (const [at, file] of [...files].entries()) {
      tell(`Adding ${file.name} (${at + 1} of ${files.length})…`);
      const [fine, html] = await post(`add?${new URLSearchParams({ name: file.name })}`, file);
      const made = document.createElement("template");
      made.innerHTML = html;
      if (fine) names.push(made.content.textContent);
      else refused.push(html);
    }
    tell("Reading the files…");
    const html = names.length ? (await postAndWatch("sync", JSON.stringify(names)))[1] : "";
    shown(refused.join("") + html);
    await listArticles();
    const unread = shelf().querySelector(".unread");
    if (unread && shelf().querySelector(".said .bad")) unread.open = true; // it tells why
    trigger("greet", {});
  } catch {
    tell("The program does not answer. Is it still running?");
  } finally {
    working = false;
  }
}

document.addEventListener("change", (event) => {
  if (!event.target.matches(".drop input[type=file]")) return;
  addFiles([...event.target.files]);
  event.target.value = "";
});
for (const moved of ["dragover", "drop"]) {
  document.addEventListener(moved, (event) => {
    if (!shelf()?.querySelector(".drop") || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    root.classList.toggle("dropping", moved === "dragover");
    if (moved === "drop") addFiles([...event.dataTransfer.files]);
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) root.classList.remove("dropping");
});
queueMicrotask(show); // after the files that follow this one

// The report, in a frame that is made anew each time so that it adds nothing to the history.
let reporter = null; // what opened the report, to give the focus back to

function openReport(button) {
  reporter = button;
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.title = `Report: ${button.dataset.name}`;
  frame.src = button.dataset.address;
  const report = document.querySelector("#report .report");
  const save = report.querySelector("a");
  save.href = frame.src;
  save.download = `${button.dataset.name}-report.html`;
  report.querySelector(".sheet").replaceChildren(frame);
  report.hidden = false;
  report.querySelector("[data-do=back]").focus();
}

function closeReport() {
  const report = document.querySelector("#report .report");
  if (!report || report.hidden) return;
  report.hidden = true;
  report.querySelector(".sheet").replaceChildren();
  if (reporter?.isConnected) reporter.focus();
}

// A question that is sent twice before it is there is asked once; so is Enter in the emptied box.
const TWICE_MS = 1000;
let sent = { text: "", at: -TWICE_MS, isShown: true };

function sentBefore(text) {
  const now = performance.now();
  const again = text === "" || (text === sent.text && !sent.isShown);
  if (again && now - sent.at < TWICE_MS) return true;
  sent = { text, at: now, isShown: false };
  return false;
}

function sends({ type, key, shiftKey, isComposing, target }) {
  if (type === "click") return Boolean(target.closest("#ask"));
  return key === "Enter" && !shiftKey && !isComposing && target === box();
}

for (const act of ["keydown", "click"]) {
  const once = (event) => {
    if (!sends(event) || !sentBefore(box().value)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener(act, once, true);
}

// The browser's Back closes an open article, which lies over the conversation on a phone.
let hash = location.hash;

function keepPlace(place) {
  if (place && place !== opened && !history.state?.reading) history.pushState({ reading: true }, "");
  if (!place && opened && history.state?.reading) history.replaceState(null, "");
}

addEventListener("popstate", (event) => {
  const sameView = location.hash === hash;
  hash = location.hash;
  if (sameView && !event.state?.reading) document.querySelector("#reading [data-do=close]")?.click();
});

// Run and Stop take each other's place: the focus stays with them.
let choosing = false;
for (const moved of ["focusin", "pointerdown"]) {
  document.addEventListener(moved, (event) => (choosing = Boolean(event.target.closest("#sets"))));
}

// Gradio's own notice of a program that does not answer, in this page's words. It goes by itself.
const GONE = "The program does not answer. Is it still running? What you wrote stays in the box.";

function sayItIsGone() {
  for (const told of document.querySelectorAll("[data-testid=toast-text]")) {
    if (told.textContent.startsWith("Connection to the server")) told.textContent = GONE;
  }
}

// A new question is brought to the top; after that the page stays where the reader puts it.
// A newly opened article is brought to its sentence.
const SETTLE_MS = 600; // the parts of the page change one after the other
const LAID_OUT_MS = 3000; // turns that are out of sight are measured later
let newest = 0;
let settled = 0;
let opened = "";

for (const moved of ["wheel", "touchstart", "pointerdown"]) {
  addEventListener(moved, () => (settled = 0), { passive: true });
}

const toTop = () => document.querySelector("#live .turn")?.scrollIntoView({ block: "start" });

function follow() {
  const turn = document.querySelector("#live .turn");
  const number = Number(turn?.dataset.turn ?? 0);
  if (number > newest) settled = performance.now() + SETTLE_MS;
  if (number !== newest) sent.isShown = true;
  if (performance.now() < settled) toTop();
  newest = number;

  const place = document.querySelector("#reading .reading")?.dataset.place ?? "";
  if (place && place !== opened) {
    document.querySelector("#reading mark.here")?.scrollIntoView({ block: "center" });
    focusReading();
  }
  heedScope();
  tellAlone();
  sayItIsGone();
  if (box() && box().dir !== "auto") box().dir = "auto";
  if (choosing && document.activeElement === document.body) {
    document.querySelector("#sets form > button")?.focus();
  }
  keepPlace(place);
  if (past !== find("past")) watchPast();
  // The conversation has become narrower or wider: keep what was clicked in sight.
  if (place !== opened) opener?.scrollIntoView({ block: "nearest" });
  opened = place;
}

// The turns above may get their true height when nothing changes any more: the new question is kept
// at the top then too.
let past = null;
const measured = new ResizeObserver(() => {
  if (settled && performance.now() < settled + LAID_OUT_MS) toTop();
});

function watchPast() {
  past = find("past");
  measured.disconnect();
  if (past) measured.observe(past);
}

new MutationObserver(follow).observe(document.body, {
  childList: true,
  subtree: true,
  attributeFilter: ["data-turn", "data-place"],
});
