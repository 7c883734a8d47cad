// The articles in their table, and the picture of the collection: made by the program.

const sorting = { by: "title", down: false };
const FIND_MS = 200; // after the last key
let finding = 0;
let listing = 0; // the newest request: what an older one brings is out of date

const places = (within) =>
  [...document.querySelectorAll(`${within} .source[data-cited]`)].map((source) =>
    JSON.parse(source.dataset.cited),
  );

const wanted = () =>
  JSON.stringify({
    ...sorting,
    find: shelf().querySelector(".find input").value,
    cited: places(".turn"),
    lit: places("#live .turn"),
  });

async function listArticles({ inPlace = false } = {}) {
  const mine = ++listing;
  try {
    const [fine, html] = await post("list", wanted());
    if (mine === listing) shown(html, { said: !fine, inPlace });
  } catch {
    tell("The program does not answer. Is it still running?");
  }
}

// A removed file leaves a word where it stood until the list is drawn anew: the next one does not
// move to where this one was just clicked.
function remove(source) {
  change(`remove?${new URLSearchParams({ source })}`, async () => {
    await listArticles({ inPlace: true });
    const word = shelf().querySelector(".said p");
    const buttons = [...shelf().querySelectorAll(".files [data-do=remove]")].filter(
      (each) => each.dataset.source === source,
    );
    const lines = buttons.map((each) => each.closest("tr, li"));
    for (const [at, line] of lines.entries()) leaveWord(line, at ? "Removed" : word.cloneNode(true));
    lines[0]?.querySelector("[data-do]").focus({ preventScroll: true });
  });
}

function leaveWord(line, word) {
  const height = `${line.offsetHeight}px`;
  let place = line;
  if (line.matches("tr")) {
    place = document.createElement("td");
    place.colSpan = line.children.length;
    line.replaceChildren(place);
  }
  line.className = "gone";
  place.style.height = height;
  place.replaceChildren(word);
}

// The lines that are shown, in the list that takes its place.
function keepLines(files) {
  for (const part of ["table", ".unread"]) {
    const old = shelf().querySelector(`:scope > .files ${part}`);
    const fresh = files.querySelector(part === "table" ? "table, .none" : part);
    if (!old) continue;
    const [count, was] = [fresh, old].map((each) => each?.querySelector("summary"));
    if (count) was.textContent = count.textContent;
    if (fresh) fresh.replaceWith(old);
    else files.querySelector(".collection").after(old);
  }
}

// The articles that alone are asked: ticked in the table, told beside the question box.
const picked = new Set(among ? JSON.parse(among) : []);
let scoped = false; // whether that is told
if (picked.size) trigger("choose", { articles: [...picked] });

// Where all of them have gone, it is told no more.
function heedScope() {
  const was = scoped;
  scoped = Boolean(document.querySelector("#scope .heeded"));
  if (!was || scoped) return;
  picked.clear();
  tickPicked();
}

function tickPicked() {
  for (const box of document.querySelectorAll("#articles-view [data-pick]")) {
    box.checked = picked.has(box.dataset.pick);
  }
}

function pick(box) {
  if (box.checked) picked.add(box.dataset.pick);
  else picked.delete(box.dataset.pick);
  trigger("choose", { articles: [...picked] });
}

function pickNone() {
  picked.clear();
  tickPicked();
  trigger("choose", { articles: [] });
  document.querySelector("#question textarea")?.focus();
}

// From an article that is read to questions about it: where it lies over the chat, it makes room.
const OVER = "(max-width: 60rem)"; // as in style.css

function pickOnly(article) {
  picked.clear();
  picked.add(article);
  tickPicked();
  trigger("choose", { articles: [article] });
  location.hash = "#chat";
  if (matchMedia(OVER).matches) document.querySelector("#reading [data-do=close]")?.click();
  document.querySelector("#question textarea")?.focus();
}

// What is asked alone by now can be asked with all others again.
const ALONE = { only: "Ask about this article alone", choose: "Asked alone: ask all articles again" };

function tellAlone() {
  const button = document.querySelector("#reading .alone");
  if (!button) return;
  const act = picked.size === 1 && picked.has(button.dataset.article) ? "choose" : "only";
  if (button.dataset.do === act) return;
  button.dataset.do = act;
  button.textContent = ALONE[act];
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick]")) pick(event.target);
});

async function sortArticles(by) {
  const largest = !["title", "language"].includes(by); // what is looked for first
  sorting.down = sorting.by === by ? !sorting.down : largest;
  sorting.by = by;
  await listArticles();
  shelf().querySelector(`[data-do=sort][data-by=${by}]`)?.focus();
}

async function drawPicture() {
  const picture = shelf().querySelector(".picture");
  if (!picture.open) return;
  const drawn = picture.querySelector(".drawn");
  try {
    drawn.innerHTML = (await post("picture", wanted()))[1]; // every text in it escaped
  } catch {
    drawn.textContent = "The program does not answer. Is it still running?";
  }
}

// On the document: the view is not there yet when this runs.
document.addEventListener("toggle", (event) => event.target.matches(".picture") && drawPicture(), true);
document.addEventListener("input", (event) => {
  if (!event.target.matches(".find input")) return;
  clearTimeout(finding);
  finding = setTimeout(listArticles, FIND_MS);
});
document.addEventListener("keydown", (event) => {
  if (!event.target.matches(".picture circle") || ![" ", "Enter"].includes(event.key)) return;
  event.preventDefault();
  event.target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
});
