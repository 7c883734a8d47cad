// The Model view: which language model writes the answers of this page.

document.addEventListener("change", (event) => {
  if (!event.target.matches("#model-view [name=server]")) return;
  const { form, value, selectedOptions } = event.target;
  form.querySelector(".address").hidden = value !== "address";
  form.querySelector(".key").textContent = selectedOptions[0].dataset.key;
});

document.addEventListener("submit", (event) => {
  const action = { model: "connect", "model-use": "employ" }[event.target.dataset.form];
  if (!action) return;
  event.preventDefault();
  trigger(action, Object.fromEntries(new FormData(event.target)));
});
