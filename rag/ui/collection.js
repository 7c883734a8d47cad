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

async function listArticles() {
  const mine = ++listing;
  try {
    const [fine, html] = await post("list", wanted());
    if (mine === listing) shown(html, { said: !fine });
  } catch {
    tell("The program does not answer. Is it still running?");
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
