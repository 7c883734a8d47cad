"use strict";
(() => {
  const questions = [...document.querySelectorAll(".question")];
  const filters = document.querySelector(".filters");
  if (!filters) return;
  const buttons = [...filters.querySelectorAll("button[data-show]")];
  const kind = filters.querySelector("select");
  const words = filters.querySelector("input");
  const count = document.querySelector("#shown");
  let show = "all";

  const apply = () => {
    const wanted = words.value.trim().toLowerCase();
    let shown = 0;
    for (const question of questions) {
      const fits =
        (show === "all" || question.dataset.tags.split(" ").includes(show)) &&
        (!kind || !kind.value || question.dataset.kind === kind.value) &&
        (!wanted || question.textContent.toLowerCase().includes(wanted));
      question.hidden = !fits;
      if (fits) shown += 1;
    }
    count.textContent = `${shown} of ${questions.length} shown`;
  };

  for (const button of buttons) {
    button.addEventListener("click", () => {
      show = button.dataset.show;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      apply();
    });
  }
  if (kind) kind.addEventListener("change", apply);
  words.addEventListener("input", apply);
  for (const link of document.querySelectorAll("[data-kind-link]")) {
    link.addEventListener("click", () => {
      if (kind) kind.value = link.dataset.kindLink;
      apply();
    });
  }
  const openTarget = () => {
    const target = location.hash.startsWith("#q-") && document.getElementById(location.hash.slice(1));
    if (!target) return;
    target.hidden = false;
    target.open = true;
    target.scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", openTarget);
  filters.hidden = false;
  apply();
  openTarget();
})();
