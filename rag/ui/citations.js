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
  const title = document.createElement("strong");
  const quote = document.createElement("p");
  title.textContent = cite.dataset.title;
  quote.textContent = cite.dataset.quote;
  title.dir = quote.dir = "auto";
  tip.replaceChildren(title, quote);
  tip.hidden = false;
  placeQuote();
}

function placeQuote() {
  if (!quoted) return;
  const at = quoted.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left - 16, innerWidth - width - 8));
  const above = at.bottom + height + 10 > innerHeight && at.top > height + 10;
  tip.style.left = `${left}px`;
  tip.style.top = `${above ? at.top - height - 2 : at.bottom + 2}px`;
}

function hideQuote() {
  if (!quoted) return false;
  quoted.removeAttribute("aria-describedby");
  quoted = null;
  tip.hidden = true;
  return true;
}

// It stays while it is pointed at itself.
document.addEventListener("pointerover", (event) => {
  const cite = event.target.closest?.(".cite[data-quote]");
  if (cite && event.pointerType !== "touch") showQuote(cite);
  else if (quoted && !tip.contains(event.target) && document.activeElement !== quoted) hideQuote();
});
document.addEventListener("focusin", (event) => {
  const cite = event.target.closest(".cite[data-quote]");
  if (cite?.matches(":focus-visible")) showQuote(cite);
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
