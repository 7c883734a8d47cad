// A citation shows its quote when it is pointed at or focused; the arrow keys lead from one to the
// next, in an answer and in the reading pane.

const tip = document.createElement("div");
tip.id = "quote";
tip.setAttribute("role", "tooltip");
tip.hidden = true;
document.body.append(tip);
let quoted = null; // the citation whose quote is shown
let stepped = ""; // the button that opened the citation before or after, to be focused again

function showQuote(cite) {
  if (quoted === cite) return;
  hideQuote();
  quoted = cite;
  cite.setAttribute("aria-describedby", "quote");
  const head = document.createElement("strong");
  const title = document.createElement("bdi");
  const day = document.createElement("span");
  const quote = document.createElement("p");
  title.textContent = cite.dataset.title;
  day.textContent = cite.dataset.date ?? "";
  head.append(title, " ", day);
  quote.textContent = cite.dataset.quote;
  quote.dir = "auto";
  tip.replaceChildren(head, quote);
  tip.hidden = false;
  placeQuote();
}

// Below the line that the citation stands in, or above it: what is read there stays in sight.
function placeQuote() {
  if (!quoted) return;
  const at = quoted.getBoundingClientRect();
  const line = parseFloat(getComputedStyle(quoted.closest("p, td, th") ?? quoted).lineHeight) || at.height;
  const [over, under] = [at.bottom - at.height / 2 - line / 2, at.bottom + line / 2];
  tip.style.left = "0"; // it is as wide as it may be only where nothing is beside it
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left - 16, innerWidth - width - 8));
  const above = under + height + 8 > innerHeight && over > height + 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${above ? over - height : under}px`;
}

function hideQuote() {
  clearTimeout(leaving);
  if (!quoted) return false;
  quoted.removeAttribute("aria-describedby");
  quoted = null;
  tip.hidden = true;
  return true;
}

// It stays while it is pointed at itself, and while the pointer is on its way there.
const ON_THE_WAY_MS = 250;
let leaving = 0;
let byKey = false; // a citation that is focused anew after a touch, or a click, shows no quote
document.addEventListener("keydown", () => (byKey = true), true);
document.addEventListener("pointerdown", () => (byKey = false), true);

document.addEventListener("pointerover", (event) => {
  const cite = event.target.closest?.(".cite[data-quote]");
  clearTimeout(leaving);
  if (cite && event.pointerType !== "touch") showQuote(cite);
  else if (quoted && !tip.contains(event.target) && document.activeElement !== quoted) {
    leaving = setTimeout(hideQuote, ON_THE_WAY_MS);
  }
});
document.addEventListener("focusin", (event) => {
  const cite = event.target.closest(".cite[data-quote]");
  if (byKey && cite?.matches(":focus-visible")) showQuote(cite);
  else hideQuote();
});
document.addEventListener("click", hideQuote, true);
document.addEventListener("scroll", placeQuote, true);

function focusReading() {
  const step = stepped && document.querySelector(`#reading [data-step="${stepped}"]`);
  stepped = "";
  (step || document.querySelector("#reading h2")).focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  const onward = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!onward || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const cite = event.target.closest(".cite");
  if (cite) {
    const all = [...document.querySelectorAll(".cite")];
    all[all.indexOf(cite) + onward]?.focus();
    event.preventDefault();
  } else if (event.target.closest("#reading")) {
    const step = onward > 0 ? "next" : "previous";
    document.querySelector(`#reading [data-step="${step}"]`)?.click();
  }
});
