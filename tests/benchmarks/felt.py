"""How soon the page shows an answer's first words, and whether anything moves as it grows.

    python -m tests.benchmarks.felt

Serves the page over seeds/ and asks questions in a browser, each in the same conversation, at
desktop and phone width. From Enter on, in milliseconds: the first words in the page; of it the
retriever's own time; and what is left, which is reading, sending and drawing. Then the sum of the
page's layout shifts (as Chromium scores them) after the first words are drawn, the
line that tells what is waited for left out, which stands below what has been said.
"""

from __future__ import annotations

import json
import statistics

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.screenshots import served
from tests.started import ROOT

SIZES = {"1280 px": (1280, 800), "390 px": (390, 844)}
COUNT = 30  # of tests/questions.jsonl
RETRIEVING = (
    "Searching words",
    "Encoding the question",
    "Searching vectors",
    "Putting both together",
)
WATCH = """() => {
  const ends = (node) => (node.closest ? node : node.parentElement)?.closest(".waiting, .sure");
  Object.assign(window, { shift: 0, first: null, drawn: null, began: null });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    Object.assign(window, { shift: 0, first: null, drawn: null, began: performance.now() });
  }, true);
  new MutationObserver(() => {
    if (window.first !== null || window.began === null) return;
    const busy = document.querySelector("#live [aria-busy] .answer, #live [aria-busy] .nearest");
    const asked = document.querySelector("#live .question")?.textContent;
    if (!busy || asked !== window.asked) return;
    window.first = performance.now();
    requestAnimationFrame(() => requestAnimationFrame((now) => { window.drawn = now; }));
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
  new PerformanceObserver((seen) => {
    for (const { value, startTime, sources } of seen.getEntries()) {
      const read = sources.some(({ node }) => node && !ends(node));
      if (read && window.drawn !== null && startTime > window.drawn) window.shift += value;
    }
  }).observe({ type: "layout-shift" });
}"""


def main() -> None:
    """Print the table."""
    lines = (ROOT / "tests" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    questions = questions[:: len(questions) // COUNT][:COUNT]
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        print(f"{len(questions)} questions, milliseconds: median (the slowest)\n")
        print("| width | first words | of it retrieving | the rest | layout shift |")
        print("| :-- | --: | --: | --: | --: |")
        for name, (width, height) in SIZES.items():
            page = browser.new_page(
                viewport={"width": width, "height": height}, reduced_motion="reduce"
            )
            page.goto(url)
            page.wait_for_selector(".about")
            page.evaluate(WATCH)
            rows = [_asked(page, question) for question in ("warm", *questions)][1:]
            first, found, rest, shift = zip(*rows, strict=True)
            cells = [f"{statistics.median(c):.0f} ({max(c):.0f})" for c in (first, found, rest)]
            print(f"| {name} | {' | '.join(cells)} | {max(shift):.4f} |")
            page.close()
        browser.close()


def _asked(page: Page, question: str) -> tuple[float, float, float, float]:
    """Return the time to the first words, that of retrieving, the rest, and the layout shift."""
    page.evaluate("asked => { window.asked = asked; }", question)
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_function("() => window.first !== null")
    page.wait_for_selector("#live .actions")
    page.wait_for_timeout(300)
    shift: float = page.evaluate("() => window.shift")
    page.click("#live .why summary")
    told = page.locator("#live .times > div").evaluate_all(
        "rows => rows.map(row => [row.querySelector('dt').textContent,"
        " row.querySelector('dd').textContent.trim().split(' ')])"
    )
    found = sum(
        float(value) * (1000 if unit == "s" else 1)
        for stage, (value, unit) in told
        if stage in RETRIEVING
    )
    first: float = page.evaluate("() => window.first - window.began")
    return first, found, first - found, shift


if __name__ == "__main__":
    main()
