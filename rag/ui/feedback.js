// What the visitor thinks of the answers: kept in this browser alone, as rows of a question set.

const KEPT = "feedback"; // in the browser's store: row id -> {rating, row or null}
const HISTORY = 6; // earlier messages that go into a row

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {}; // a browser that keeps nothing
  }
}

function keep(rows) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(rows));
  } catch {
    // It is shown as pressed until the page is left.
  }
  showFeedback();
}

const ratingOf = (turn) => {
  const rated = turn.querySelector("[data-rating]");
  return rated ? JSON.parse(rated.dataset.rating) : null;
};

function historyOf(turn) {
  const said = [];
  for (const each of document.querySelectorAll(".turn")) {
    if (each === turn) break;
    const [question, answer] = ratingOf(each)?.said ?? [];
    if (question) said.push({ role: "user", content: question });
    if (question) said.push({ role: "assistant", content: answer });
  }
  return said.slice(-HISTORY);
}

function rowOf(turn) {
  const { row } = ratingOf(turn);
  const history = historyOf(turn);
  return history.length ? { ...row, history } : { ...row };
}

function rate(button, rating) {
  const turn = button.closest(".turn");
  const row = rowOf(turn);
  const rows = kept();
  const again = rows[row.id]?.rating === rating;
  if (again) delete rows[row.id];
  else rows[row.id] = { rating, row: rating === "liked" ? row : null };
  keep(rows);
  const form = turn.querySelector(".correction");
  form.hidden = again || rating === "liked";
  if (!form.hidden) form.elements.right.focus();
}

// What would have been right: some words, or "" where the articles don't say.
function correct(form, right) {
  const turn = form.closest(".turn");
  const { id, question, history } = rowOf(turn);
  const row = { id, question, ...(history && { history }), kind: "disliked" };
  if (right) {
    row.answers = [right];
    const wrong = ratingOf(turn).wrong.filter((text) => text !== right);
    if (wrong.length) row.none_of = wrong;
  } else {
    row.answerable = false;
  }
  keep({ ...kept(), [id]: { rating: "disliked", row } });
  form.hidden = true;
  turn.querySelector("[data-do=dislike]").focus();
}

document.addEventListener("submit", (event) => {
  if (event.target.dataset.form !== "correction") return;
  event.preventDefault();
  const right = event.target.elements.right.value.trim();
  if (right) correct(event.target, right);
});

function downloadFeedback() {
  const rows = Object.values(kept()).flatMap(({ row }) => (row ? [JSON.stringify(row)] : []));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([rows.map((row) => `${row}\n`).join("")]));
  link.download = "feedback.jsonl";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

let forgotten = null; // what was deleted, for as long as this page is open

function forgetFeedback() {
  forgotten = kept();
  keep({});
  document.querySelector("#feedback [data-do=unforget]").focus();
}

function unforgetFeedback() {
  const back = { ...forgotten, ...kept() };
  forgotten = null;
  keep(back);
  document.querySelector("#feedback [data-do=forget]").focus();
}

function showFeedback() {
  const rows = kept();
  for (const rated of document.querySelectorAll("[data-rating]")) {
    const rating = rows[JSON.parse(rated.dataset.rating).row.id]?.rating;
    for (const [name, button] of [["liked", "like"], ["disliked", "dislike"]]) {
      const pressed = String(rating === name);
      const shown = rated.querySelector(`[data-do=${button}]`);
      if (shown.ariaPressed !== pressed) shown.ariaPressed = pressed;
    }
  }
  const view = document.querySelector("#feedback .feedback");
  if (!view) return;
  const all = Object.values(rows);
  const whole = all.filter(({ row }) => row).length;
  const open = all.length - whole;
  const rated =
    `${all.length} answer${all.length === 1 ? "" : "s"} rated in this browser` +
    (open ? `; ${open} without what would be right, which the file leaves out.` : ".");
  const gone = Object.keys(forgotten ?? {}).length;
  const deleted = gone ? `The feedback on ${gone} answer${gone === 1 ? "" : "s"} was deleted.` : "";
  const told = [deleted, all.length ? rated : ""].filter(Boolean).join(" ");
  if (view.hidden !== !told) view.hidden = !told;
  const line = view.querySelector(".told");
  if (line.textContent !== told) line.textContent = told;
  view.querySelector("[data-do=download]").ariaDisabled = String(!whole);
  for (const [button, there] of [["download", all.length], ["forget", all.length], ["unforget", gone]]) {
    view.querySelector(`[data-do=${button}]`).hidden = !there;
  }
}

new MutationObserver(showFeedback).observe(find("talk"), { childList: true, subtree: true });
showFeedback();
