// The History view: past conversations, searched, opened, renamed, deleted and brought back.

const root = document.documentElement;
const shelf = () => document.querySelector("#history-view .history");
const SETTLE_MS = 200; // a search waits for the next letter
const LOST = "The program does not answer. Is it still running?";
let asked = 0; // which list was asked for last: an older one that comes later is not shown

function current() {
  return [...document.querySelectorAll(":is(#past, #live) [data-conversation]")].at(-1)?.dataset
    .conversation;
}

function tell(text) {
  const told = document.createElement("p");
  told.textContent = text;
  shelf().querySelector(".said").replaceChildren(told);
}

async function change(what, details, { said = true } = {}) {
  const mine = ++asked;
  const search = shelf().querySelector("input[type=search]").value;
  try {
    const answer = await fetch(`history/${what}?${new URLSearchParams({ ...details, search })}`, {
      method: "POST",
      headers: { "x-page": "history" },
    });
    const fine = answer.ok && !answer.headers.has("x-refused");
    const made = document.createElement("template");
    made.innerHTML = await answer.text(); // made by the program, every text in it escaped
    const talks = made.content.querySelector(".talks");
    talks?.remove();
    if (talks && mine === asked) shelf().querySelector(":scope > .talks").replaceWith(talks);
    const open = current();
    for (const row of shelf().querySelectorAll("li[data-id]")) {
      if (row.dataset.id === open) row.setAttribute("aria-current", "true");
    }
    if (said || !fine) shelf().querySelector(".said").replaceChildren(made.content);
    if (said) endInTime();
    return fine;
  } catch {
    tell(LOST);
    return false;
  }
}

// What was deleted can be brought back for a time, whatever view is looked at meanwhile.
function endInTime() {
  const undo = shelf().querySelector(".said [data-for-s]");
  if (undo) setTimeout(() => undo.closest("p").remove(), 1000 * undo.dataset.forS);
}

function rename(button) {
  const { id, title } = button.dataset;
  const row = button.closest("li");
  const place = row.querySelector(".open");
  const box = document.createElement("input");
  box.type = "text";
  box.value = title;
  box.maxLength = 200;
  box.dir = "auto";
  box.setAttribute("aria-label", "Title");
  box.dataset.id = id;
  box.dataset.title = title;
  place.hidden = true;
  place.after(box);
  box.focus();
  box.select();
  let over = false;
  const end = async (saved) => {
    if (over) return;
    over = true;
    const fresh = box.value.trim();
    if (saved && fresh && fresh !== title) {
      await change("rename", { id, title: fresh });
    } else {
      box.remove();
      place.hidden = false;
    }
    shelf().querySelector(`[data-do=retitle][data-id="${id}"]`)?.focus();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") end(true);
    if (event.key === "Escape") {
      event.stopPropagation();
      end(false);
    }
  });
  box.addEventListener("blur", () => end(true));
}

async function forget({ id }) {
  const open = current() === id;
  if (!(await change("delete", { id }))) return;
  if (open) document.querySelector(".top [data-do=new]").click();
  shelf().querySelector(".said [data-do]")?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("#history-view [data-do]");
  if (!button) return;
  const { do: action, id } = button.dataset;
  if (action === "reopen") location.hash = "#chat";
  if (action === "retitle") rename(button);
  if (action === "forget") forget({ id });
  if (action === "bring-back") {
    change("restore", { id }).then(() =>
      shelf().querySelector(`[data-do=reopen][data-id="${id}"]`)?.focus(),
    );
  }
});

let typing = 0;
document.addEventListener("input", (event) => {
  if (!event.target.matches("#history-view input[type=search]")) return;
  if (!shelf().querySelector(".said [data-for-s]")) shelf().querySelector(".said").replaceChildren();
  clearTimeout(typing);
  typing = setTimeout(() => change("list", {}, { said: false }), SETTLE_MS);
});

// The list is fetched whenever the view comes up.
let shown = false;
function look() {
  const now = root.dataset.view === "history";
  if (now && !shown) {
    if (!shelf().querySelector(".said [data-for-s]"))
      shelf().querySelector(".said").replaceChildren();
    change("list", {}, { said: false });
  }
  shown = now;
}
new MutationObserver(look).observe(root, { attributeFilter: ["data-view"] });
look();
